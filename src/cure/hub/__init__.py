"""The hub: the in-memory fusion index. Pure: no file, clock, thread, socket or chance."""
