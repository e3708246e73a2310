from django.urls import path

from subscriptions.views import confirm, landing, link, one_click, preferences, signup, undo

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
]
