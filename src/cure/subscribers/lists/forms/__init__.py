"""Forms of lists, one pure file each; a module here with a `FORM` is one."""
