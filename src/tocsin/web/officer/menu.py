"""The pages of this folder, as the menus have them."""

from tocsin.web.menu import Entry

ENTRIES: tuple[Entry, ...] = ()
