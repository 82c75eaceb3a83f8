#!/bin/sh
# Builds the image of the fleet, runs it as in docs/operations.md, sends it requests before and after a restart; prints sizes.
#     make container-test        SERVICES="auth gateway" make container-test   also builds these images
# Where no engine answers it says so and ends with 0. SEGUE_BASE_IMAGE names another base image; a base that cannot be
# pulled is replaced by a minimal Debian where debootstrap is installed and we are root.
set -eu
cd "$(dirname "$0")/.."
base=${SEGUE_BASE_IMAGE:-python:3.11-slim-bookworm}
port=${SEGUE_PORT:-24810}
build_network=${BUILD_NETWORK:-default}
trial=segue-trial-$$

skip() { echo "container-test skipped: $1"; exit 0; }
command -v docker > /dev/null || skip "there is no docker command on this machine"
said=$(docker info 2>&1) || skip "no engine answers: $(echo "$said" | tail -n 1); start one, or set DOCKER_HOST"

stand_in() {
  command -v debootstrap > /dev/null || skip "$base cannot be pulled, and debootstrap is not installed to stand in for it"
  [ "$(id -u)" = 0 ] || skip "$base cannot be pulled, and debootstrap needs root"
  echo "$base cannot be pulled: a minimal Debian stands in for it."
  folder=$(mktemp -d)
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$folder" > /dev/null
  cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/"  # the registry's certificate may be one of ours
  tar -C "$folder" -c . | docker import --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - segue-base:bookworm
  rm -rf "$folder"
  base=segue-base:bookworm
}
docker image inspect "$base" > /dev/null 2>&1 || docker pull "$base" > /dev/null 2>&1 || stand_in

build() { # SERVICE TAG
  DOCKER_BUILDKIT=1 docker build --quiet --network "$build_network" -f deploy/Dockerfile \
    --build-arg BASE="$base" --build-arg SERVICE="$1" -t "$2" . > /dev/null
  size=$(docker image inspect --format '{{.Size}}' "$2")
  echo "$2: $((size / 1000000)) MB"
}
build fleet segue
for service in ${SERVICES:-}; do build "$service" "segue-$service"; done

end() { docker rm -f "$trial" > /dev/null 2>&1 || true; docker volume rm "$trial" > /dev/null 2>&1 || true; }
trap end EXIT
start() {
  docker run -d --name "$trial" -p "127.0.0.1:$port:8000" -v "$trial:/data" --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges segue > /dev/null
  seconds=0
  until [ "$(docker inspect --format '{{.State.Health.Status}}' "$trial")" = healthy ]; do
    sleep 2; seconds=$((seconds + 2))
    [ $seconds -lt 240 ] || { docker logs "$trial"; echo "not healthy after $seconds s"; exit 1; }
  done
  echo "healthy after $seconds s"
}
expect() { # WHAT PATTERN TEXT
  echo "$3" | grep -q "$2" || { echo "$1 failed: $3"; exit 1; }
  echo "$1: ok"
}
here=http://127.0.0.1:$port
start
expect "search" '"title"' "$(curl -sS "$here/v1/search?q=velvet&limit=1")"
expect "recommendations" '"reason"' "$(curl -sS "$here/v1/recommendations" -H 'content-type: application/json' \
  -d '{"seeds": [{"features": {"energy": 0.9, "tempo": 128}}], "limit": 2}')"
sign_in='"email": "ada@example.com", "password": "correct horse battery"'
expect "sign-up" access_token "$(curl -sS "$here/v1/auth/signup" -H 'content-type: application/json' \
  -d "{\"name\": \"Ada\", $sign_in}")"
expect "user" 10001 "$(docker exec "$trial" id -u)"
docker stop --time 40 "$trial" > /dev/null
expect "orderly end" '^0$' "$(docker inspect --format '{{.State.ExitCode}}' "$trial")"
docker rm "$trial" > /dev/null
start
expect "the account after another start" access_token "$(curl -sS "$here/v1/auth/login" \
  -H 'content-type: application/json' -d "{$sign_in}")"
echo "container-test passed"
