from django.urls import path

from subscriptions.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/html/", views.html, name="html"),
    path("<int:pk>/source/", views.source, name="source"),
    path("<int:pk>/fate/", views.fate, name="fate"),
    path("<int:pk>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
]
