"""What the tests of the fleet have, those of its verbs have too."""

from tests.fleet.conftest import house, shop, toy

__all__ = ["house", "shop", "toy"]
