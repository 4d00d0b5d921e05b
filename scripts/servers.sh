# Real object stores for tests, to be sourced: fake-gcs-server and versitygw. Fails when one cannot be had.
# What is built stays in $LAKE_SERVERS, by default ~/.cache/lake-servers.

export LAKE_SERVERS=${LAKE_SERVERS:-$HOME/.cache/lake-servers}

# server COMMAND MODULE VERSION: a Go program, built once for each version.
server() {
  local built=$LAKE_SERVERS/bin/$1
  if ! go version -m "$built" 2>/dev/null | grep -q "mod.*$3"; then
    GOBIN=$LAKE_SERVERS/bin go install "$2@$3"
  fi
  go version -m "$built" | grep -q "mod.*$3"
}
server fake-gcs-server github.com/fsouza/fake-gcs-server v1.56.1
server versitygw github.com/versity/versitygw/cmd/versitygw v1.8.0
