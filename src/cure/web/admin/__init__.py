"""Administration over HTTP: who may ask, for what, and who did. The core checks every right.

An id in a path is that of the one thing that is changed: nothing is authorised by one id and
changed by another.
"""

from litestar import Router

from cure.web.admin import audit, grants, keys, organisations, ratings, users
from cure.web.login import MAX_FORM_BYTES

OPERATIONS = Router(
    "/api/v1/admin",
    route_handlers=[
        organisations.organisations,
        organisations.organisation,
        organisations.add_organisation,
        organisations.change_organisation,
        organisations.remove_organisation,
        users.users,
        users.user,
        users.add_user,
        users.change_user,
        users.remove_user,
        users.set_password,
        users.drop_totp,
        users.lock_user,
        users.unlock_user,
        users.bind_identity,
        keys.keys,
        keys.add_key,
        keys.rotate_key,
        keys.revoke_key,
        grants.grants,
        grants.add_grant,
        grants.remove_grant,
        ratings.ratings,
        ratings.propose_rating,
        ratings.approve_rating,
        audit.audit,
        audit.audit_head,
    ],
    request_max_body_size=MAX_FORM_BYTES,
)
