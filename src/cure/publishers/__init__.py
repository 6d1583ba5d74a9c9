"""Publishers, one pure file per source; a module here with a `PUBLISHER` is one."""
