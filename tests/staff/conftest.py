import pytest
from django.contrib.auth.models import User

from tests.staff.codes import PASSWORD


@pytest.fixture
def sam(db: None) -> User:
    """A superuser, so that what is refused is refused for want of a second factor alone."""
    return User.objects.create_superuser("sam", password=PASSWORD)
