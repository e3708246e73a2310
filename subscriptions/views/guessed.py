"""The time zone of somebody unknown: as the address or the form tells, else what a browser says."""

from django import forms

from subscriptions import timing, zones

NOTE = "zone-guessed"  # the id of the sentence that static/zone.js shows


def offer_zone(form: forms.Form) -> None:
    """A zone that is told is among the choices, if only by its older name; else it may be guessed.

    The field's choices are `zones.NEARBY`.
    """
    widget = form.fields["timezone"].widget
    told = str(form["timezone"].value() or "")
    if told not in dict(zones.NEARBY) and timing.is_zone(told):
        widget.choices = [(told, told.replace("_", " ")), *zones.NEARBY]
    if not form.is_bound and not form.initial.get("timezone"):
        widget.attrs["data-guess"] = NOTE
