"""Problem classes specific to auth, beyond those of kit.errors.

BadRequest 400
  ScrobblerClockWrong 400  a handshake's time is not the present
  LinkRefused 400       the token of a mailed link is wrong, expired, used, or replaced by a newer one
  PasswordNeeded 400    the link changes an account's address, which needs the account's password
Unauthorized 401
  ApiKeyRefused 401     the API key is unknown or was revoked
  ScrobblerRefused 401  no API key of this person has this scrobble password
Conflict 409
  EmailTaken 409        another account has this e-mail address
  AlreadyVerified 409   the account's e-mail address needs no link
  TooManyKeys 409       the user has the maximum number of API keys
"""

from kit.errors import BadRequest, Conflict, Unauthorized


class LinkRefused(BadRequest):
    code, title = "link_refused", "This link does not hold"


class PasswordNeeded(BadRequest):
    code, title = "password_needed", "This link needs the account's password"


class ApiKeyRefused(Unauthorized):
    code, title = "api_key_refused", "The API key does not hold"


class EmailTaken(Conflict):
    code, title = "email_taken", "Another account has this e-mail address"


class AlreadyVerified(Conflict):
    code, title = "already_verified", "The e-mail address is verified already"


class TooManyKeys(Conflict):
    code, title = "too_many_keys", "No more API keys are possible"


class ScrobblerRefused(Unauthorized):
    code, title = "scrobbler_refused", "User name and scrobble password do not match"


class ScrobblerClockWrong(BadRequest):
    code, title = "scrobbler_clock_wrong", "The scrobbler's clock is wrong"
