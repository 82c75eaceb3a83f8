"""What can fail for a caller of auth beyond what every service knows.

Unauthorized 401
  ApiKeyRefused 401     the API key is unknown or was revoked
Conflict 409
  EmailTaken 409        another account has this e-mail address
  TooManyKeys 409       the person has as many API keys as one may have
"""

from kit.errors import Conflict, Unauthorized


class ApiKeyRefused(Unauthorized):
    code, title = "api_key_refused", "The API key does not hold"


class EmailTaken(Conflict):
    code, title = "email_taken", "Another account has this e-mail address"


class TooManyKeys(Conflict):
    code, title = "too_many_keys", "No more API keys are possible"
