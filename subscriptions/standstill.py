"""What keeps all mail from leaving at this moment."""

from subscriptions import breaker, fence, switch


def whys() -> list[str]:
    """Each in words; none: mail leaves."""
    return [
        *(f"nothing is sent: {why}" for why in [fence.closed()] if why),
        *(f"sending is {pause}" for pause in [switch.paused()] if pause),
        *(f"the breaker is {row}" for row in [breaker.opened()] if row),
    ]


def told() -> list[str]:
    """The same for who asked for mail to be sent: one sentence, or none."""
    reasons = [why.rstrip(".") for why in whys()]
    return [f"No mail leaves: {'; '.join(reasons)}."] if reasons else []
