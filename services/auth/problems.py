"""Problem classes specific to auth, beyond those of kit.errors.

Unauthorized 401
  ApiKeyRefused 401     the API key is unknown or was revoked
Conflict 409
  EmailTaken 409        another account has this e-mail address
  TooManyKeys 409       the user has the maximum number of API keys
"""

from kit.errors import Conflict, Unauthorized


class ApiKeyRefused(Unauthorized):
    code, title = "api_key_refused", "The API key does not hold"


class EmailTaken(Conflict):
    code, title = "email_taken", "Another account has this e-mail address"


class TooManyKeys(Conflict):
    code, title = "too_many_keys", "No more API keys are possible"
