from django.urls import path

import papers.urls  # noqa: F401  # what a paper's address looks like
from subscriptions.views import confirm, landing, link, one_click, preferences, signup, undo, vote

app_name = "subscriptions"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("check-your-inbox/", signup.check_your_inbox, name="check_your_inbox"),
    path("confirm/<str:token>/", confirm.Confirm.as_view(), name="confirm"),
    path("preferences/<str:token>/", preferences.Preferences.as_view(), name="preferences"),
    # Short, and both ways: this address stands in a mail header, and must never redirect.
    path("u/<str:token>", one_click.Unsubscribe.as_view(), name="unsubscribe"),
    path("u/<str:token>/", one_click.Unsubscribe.as_view()),
    path("undo/<str:token>/", undo.Undo.as_view(), name="undo"),
    path("my-link/", link.my_link, name="my_link"),
    path("p/<arxiv_id:public_id>/vote/", vote.vote, name="vote"),
    path("p/<row:pk>/vote/", vote.vote_without_arxiv_id, name="vote"),
    path("voting/", vote.about_voting, name="about_voting"),
]
