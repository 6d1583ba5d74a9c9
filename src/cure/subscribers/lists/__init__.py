"""Lists of values that firewalls, resolvers and sensors take; each form is one small file."""
