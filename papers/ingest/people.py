"""Which author a name on a paper means. Conservative: rather two rows than two people in one.

An id of the source decides. Else it is the one who stands on this very paper under that name, or
under one that abbreviates it. Else the oldest author of that name, unless the ids that sources
gave to both say otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from papers.ingest.precedence import USUAL, Claim, rank
from papers.models import Author, AuthorId, Authorship
from papers.naming import could_be_same_person, name_key
from papers.sources import AuthorIdPair, AuthorProfile, FetchedAuthor

Person = FetchedAuthor | AuthorProfile


@dataclass(eq=False, slots=True)
class Known:
    """An author, saved or not yet, and the ids that sources gave, by scheme."""

    author: Author
    ids: dict[str, str] = field(default_factory=dict)

    def is_another_than(self, person: Person) -> bool:
        """Whether a source calls the two by different ids."""
        return any(self.ids.get(scheme, value) != value for scheme, value in person.ids)


class People:
    """All whom a chunk names, looked up at once. Who is new gets a row by `save`."""

    def __init__(
        self, source: str, told: Iterable[Person], places: Iterable[Authorship] = ()
    ) -> None:
        told = list(told)
        self.source = source
        self._renamed: list[Author] = []
        self._known: dict[int, Known] = {}
        self._by_key: dict[str, list[Known]] = defaultdict(list)
        self._by_id: dict[AuthorIdPair, Known] = {}
        self._new: list[Author] = []
        self._new_ids: list[AuthorId] = []
        named = Author.objects.filter(name_key__in={name_key(p.name) for p in told})
        for author in named.select_related("merged_into").order_by("pk"):
            # who was merged goes on under the other one's row
            self._by_key[author.name_key].append(self._of(author.merged_into or author))
        for place in places:
            self._of(place.author)
        self._look_up_ids({pair for person in told for pair in person.ids})

    def on_paper(
        self, told: Sequence[FetchedAuthor], places: Sequence[Authorship], *, may_add: bool
    ) -> list[Author | None]:
        """The author of each name, nobody twice; None for one who is unknown and not to be added.

        `places` are those that the paper has had until now.
        """
        taken: set[Known] = set()
        found: list[Author | None] = []
        for person in told:
            candidates = self._candidates(person, places, beyond=may_add)
            known = next((each for each in candidates if each not in taken), None)
            known = known or (self._added(person) if may_add else None)
            if known:
                self._note_ids(known, person)
                taken.add(known)
            if known and may_add:
                self._name_better(known.author, person.name)
            found.append(known.author if known else None)
        return found

    def anywhere(self, person: Person, *, may_add: bool) -> Author | None:
        """Whom a profile means."""
        known = next(self._candidates(person, (), beyond=True), None)
        known = known or (self._added(person) if may_add else None)
        if known:
            self._note_ids(known, person)
        return known.author if known else None

    def save(self) -> None:
        """Make the rows of new authors and ids; write better names."""
        Author.objects.bulk_create(self._new)
        AuthorId.objects.bulk_create(self._new_ids)
        Author.objects.bulk_update(self._renamed, ["name", "name_key", "told_by"])
        self._new, self._new_ids, self._renamed = [], [], []

    def _candidates(
        self, person: Person, places: Sequence[Authorship], *, beyond: bool
    ) -> Iterator[Known]:
        """The most certain first. `beyond` looks at authors of other papers too."""
        yield from (self._by_id[pair] for pair in person.ids if pair in self._by_id)
        key = name_key(person.name)
        same = [place for place in places if name_key(place.named) == key]
        alike = [place for place in places if could_be_same_person(place.named, person.name)]
        here = same or (alike if len(alike) == 1 else [])
        elsewhere = self._by_key[key] if beyond else []
        for known in (*(self._of(place.author) for place in here), *elsewhere):
            if not known.is_another_than(person):
                yield known

    def _added(self, person: Person) -> Known:
        key = name_key(person.name)
        told_by = {"name": Claim(self.source).as_json()}
        known = Known(Author(name=person.name, name_key=key, told_by=told_by))
        self._new.append(known.author)
        self._by_key[key].append(known)
        return known

    def _name_better(self, author: Author, name: str) -> None:
        """A more trusted source spells out what another abbreviated."""
        before = Claim.stored(author.told_by, "name")
        is_trusted = rank(self.source, USUAL)[0] < rank(before.source, USUAL)[0]
        is_longer = len(name_key(name)) > len(author.name_key)
        if author.pk and is_trusted and is_longer and could_be_same_person(author.name, name):
            author.name, author.name_key = name, name_key(name)
            author.told_by = author.told_by | {"name": Claim(self.source).as_json()}
            self._renamed.append(author)

    def _note_ids(self, known: Known, person: Person) -> None:
        for scheme, value in person.ids:
            if (scheme, value) not in self._by_id and scheme not in known.ids:
                self._remember(known, scheme, value)
                self._new_ids.append(AuthorId(author=known.author, scheme=scheme, value=value))

    def _look_up_ids(self, pairs: set[AuthorIdPair]) -> None:
        if not pairs:
            return
        told = Q(value__in={value for _, value in pairs})
        for row in AuthorId.objects.filter(told | Q(author__in=list(self._known))):
            known = self._known.get(row.author_id) or self._of(row.author)
            self._remember(known, row.scheme, row.value)

    def _remember(self, known: Known, scheme: str, value: str) -> None:
        known.ids[scheme] = value
        self._by_id[scheme, value] = known

    def _of(self, author: Author) -> Known:
        return self._known.setdefault(author.pk, Known(author))
