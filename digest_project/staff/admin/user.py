from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest_project.staff import second_factor
from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes

MAY_LOG_IN = (
    "Lets them log in here; without it the login refuses even the right password. "
    "What they may do then, their groups say."
)

admin.site.unregister([User, Group, StaticDevice, TOTPDevice])


class SuperusersOnly:
    """Whoever may change users could make a superuser of himself: no right is enough."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)


@admin.register(Group)
class GroupAdmin(SuperusersOnly, DjangoGroupAdmin):
    pass


@admin.register(User)
class UserAdmin(SuperusersOnly, DjangoUserAdmin):
    list_display = ["username", "in_groups", "is_staff", "is_superuser", "enrolled", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    actions = ["take_away"]
    add_fieldsets = [
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "usable_password", "password1", "password2", "is_staff"),
            },
        )
    ]
    fieldsets = [
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (
            "Single rights besides those of the groups",
            {"classes": ("collapse",), "fields": ("user_permissions",)},
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002  # Django's call
        **kwargs: Any,
    ) -> Any:
        told = {"is_staff": MAY_LOG_IN}
        return super().get_form(request, obj, change=change, help_texts=told, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return users.annotate(enrolled=Exists(devices)).prefetch_related("groups")

    @admin.display(description="groups")
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="second factor", boolean=True, ordering="enrolled")
    def enrolled(self, user: Any) -> bool:
        return bool(user.enrolled)

    @admin.action(description="Take the second factor away: the device is lost")
    def take_away(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        if not confirmed(request):
            title = "Take their second factor away? They are logged out and set up a new one."
            return confirmation(self, request, queryset, title, NoQuestion())
        lost = [user for user in queryset if second_factor.take_away(user)]
        log_changes(request, lost, second_factor.TAKEN_AWAY)
        self.message_user(request, f"{second_factor.TAKEN_AWAY}. Users: {len(lost)}.")
        return None
