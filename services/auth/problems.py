"""Problem classes specific to auth, beyond those of kit.errors.

BadRequest 400
  ScrobblerClockWrong 400  a handshake's time is not the present
  LinkRefused 400       the token of a mailed link is wrong, expired, used, or replaced by a newer one
  PasswordNeeded 400    the link changes an account's address, which needs the account's password
  OidcRefused 400       the provider's code, state or ID token does not hold
  SpotifyRefused 400    Spotify's code, state or token does not hold, or the account may not be linked
Unauthorized 401
  ApiKeyRefused 401     the API key is unknown or was revoked
  ScrobblerRefused 401  no API key of this person has this scrobble password
Conflict 409
  EmailTaken 409        another account has this e-mail address
  SignupClosed 409      accounts are made by the provider alone
  AlreadyVerified 409   the account's e-mail address needs no link
  TooManyKeys 409       the user has the maximum number of API keys
  OidcNotSetUp 409      the operator has set no provider
  OidcTaken 409         this identity at the provider is another account's
  SpotifyNotSetUp 409   the operator has set no Spotify client id
Unavailable 503
  OidcUnavailable 503   the provider did not answer
  SpotifyUnavailable 503  Spotify did not answer, or its quota is used up
"""

from kit.errors import BadRequest, Conflict, Unauthorized, Unavailable


class LinkRefused(BadRequest):
    code, title = "link_refused", "This link does not hold"


class PasswordNeeded(BadRequest):
    code, title = "password_needed", "This link needs the account's password"


class ApiKeyRefused(Unauthorized):
    code, title = "api_key_refused", "The API key does not hold"


class EmailTaken(Conflict):
    code, title = "email_taken", "Another account has this e-mail address"


class SignupClosed(Conflict):
    code, title = "signup_closed", "Accounts are made by another way here"


class AlreadyVerified(Conflict):
    code, title = "already_verified", "The e-mail address is verified already"


class TooManyKeys(Conflict):
    code, title = "too_many_keys", "No more API keys are possible"


class ScrobblerRefused(Unauthorized):
    code, title = "scrobbler_refused", "User name and scrobble password do not match"


class ScrobblerClockWrong(BadRequest):
    code, title = "scrobbler_clock_wrong", "The scrobbler's clock is wrong"


class OidcRefused(BadRequest):
    code, title = "oidc_refused", "The provider's answer does not hold"


class OidcNotSetUp(Conflict):
    code, title = "oidc_not_configured", "No provider is set up on this server"


class OidcTaken(Conflict):
    code, title = "oidc_taken", "This sign-in belongs to another account"


class OidcUnavailable(Unavailable):
    code, title = "oidc_unavailable", "The provider cannot be asked right now"


class SpotifyRefused(BadRequest):
    code, title = "spotify_refused", "Spotify was not connected"


class SpotifyNotSetUp(Conflict):
    code, title = "spotify_not_configured", "Spotify is not set up on this server"


class SpotifyUnavailable(Unavailable):
    code, title = "spotify_unavailable", "Spotify cannot be asked right now"
