#!/bin/sh
# Writes the secrets that docker-compose.yml reads, once: a file that exists is kept.
#     sh deploy/make-secrets.sh [FOLDER]
# The folder is closed to other users of this machine (0700). The files in it are readable (0444), because the
# containers read them as another user than the one who wrote them.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
write() { # NAME TEXT
  if [ -e "$folder/$1" ]; then echo "kept    $folder/$1"; return; fi
  printf '%s\n' "$2" > "$folder/.$1"
  chmod 0444 "$folder/.$1"
  mv "$folder/.$1" "$folder/$1"
  echo "written $folder/$1"
}

write segue_service_key "$(random)"
write segue_auth_secret "$(random)"
write segue_auth_spotify_keys "$(random)"
write segue_auth_oidc_client_secret "" # of your OpenID Connect provider: put it there where you use one
write postgres_password "$(random)"
password=$(cat "$folder/postgres_password")
for service in auth catalog report; do
  write "segue_${service}_database_url" "postgresql://segue:$password@postgres:5432/$service"
done
