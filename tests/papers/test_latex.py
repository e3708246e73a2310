"""LaTeX reads well, money stays money, and nothing that anyone types breaks or stalls a page."""

from time import process_time

import pytest

from papers.latex import readable


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("$10^{-3}$", "10⁻³"),
        ("$k$-means in $O(n \\log n)$", "k-means in O(n log n)"),
        ("$\\mathbb{R}^{n \\times d}$", "ℝⁿˣᵈ"),
        ("$x_{i_{j}}$ and $L_{\\text{max}}$", "xᵢⱼ and Lₘₐₓ"),
        ("$D_{KL}(p\\|q)$", "D_KL(p‖q)"),
        ("$\\alpha + \\beta \\leq 1$", "α + β ≤ 1"),  # noqa: RUF001
        ("$f(x) = \\sum_{i=1}^n x_i$", "f(x) = ∑ᵢ₌₁ⁿ xᵢ"),
        ("$a \\in \\{0,1\\}$", "a ∈ {0,1}"),
        ("$$E=mc^2$$ and \\(x^2\\)", "E=mc² and x²"),
        ("$90\\%$, 50$\\%$, 50%", "90%, 50%, 50%"),
        ("$x^{a;b}$", "x^(a;b)"),
    ],
)
def test_formulas_become_unicode(typed: str, read: str) -> None:
    assert readable(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("\\textbf{Bold \\emph{in} it} and {\\em this}", "Bold in it and this"),
        ('G\\"odel Erd\\H{o}s \\\'Etienne na\\"{\\i}ve', "Gödel Erdős Étienne naïve"),
        ("Sm\\o rrebr\\o d by \\L ukasz", "Smørrebrød by Łukasz"),
        ("Fig.~3, A\\&B \\$5 100\\% x\\_y \\#1", "Fig. 3, A&B $5 100% x_y #1"),
        ("``Attention'' is {BERT}s", "“Attention” is BERTs"),
        ("As shown~\\cite{a,b}.", "As shown."),
    ],
)
def test_commands_of_text_become_text(typed: str, read: str) -> None:
    assert readable(typed) == read


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "Just words",
        "No $$$ for you",
        "$5 and $10",
        "from $5-$10 to $20",
        "$US and AUS$",
        "about ~5% of https://example.org/~ada and 10~20 parts",
        "--flag and a_b^c outside",
        "<script>alert(1)</script>",
    ],
)
def test_what_is_no_latex_stays(plain: str) -> None:
    assert readable(plain) == plain


def test_no_file_is_read() -> None:
    typed = "$\\input{/etc/hostname}$ \\input{/etc/hostname} $\\include{x}$"

    assert readable(typed) == typed


@pytest.mark.parametrize(
    "hostile",
    [
        "{" * 10_000,
        "$" + "{" * 10_000,
        "$" + "{" * 10_000 + "}" * 10_000 + "$",
        "\\textbf{" * 5_000,
        "$x{" * 5_000,
        "\\" * 10_001,
        "$" * 10_001,
        "$\\left(" * 5_000,
        "$\\begin{a}$" * 5_000,
        "\\( " * 5_000,
        "^{" * 5_000,
        "$" + "\\frac" * 60 + "$",
        "\\(" * 500_000,
        "\\(a\\" * 250_000,
        "$\x00^\ud800$",
    ],
)
def test_nothing_breaks_or_stalls_it(hostile: str) -> None:
    began = process_time()

    assert isinstance(readable(hostile), str)

    assert process_time() - began < 2


def test_what_lies_beyond_any_abstract_stays_as_typed() -> None:
    long = "$x^2$ " + "word " * 5_000 + "$x^2$"

    assert readable(long) == long.replace("$x^2$", "x²", 1)


def test_formulas_beyond_the_hundredth_stay_as_typed() -> None:
    assert readable("$x^2$ " * 101).split()[-2:] == ["x²", "$x^2$"]
