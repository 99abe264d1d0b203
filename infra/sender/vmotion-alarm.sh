#!/bin/sh
# Sends one vCenter alarm to vmotion-ops. vCenter runs it as the action "Run script" of an alarm and describes the alarm
# in VMWARE_ALARM_* variables. Needs sh, awk, od, sed, curl and openssl, as the vCenter Server Appliance has them.
#
#   vmotion-alarm.sh [CONFIG]      CONFIG is /etc/vmotion-alarm.conf unless given. Lines of KEY=VALUE:
#     URL=https://…/alarm/vcenter  where vmotion-ops listens (http:// only on this very machine)
#     SECRET_FILE=/etc/…           the shared secret, readable by its owner alone
#     VCENTER=vc01                 this vCenter's name in vmotion.yaml, or its instance UUID
#     CACERT=/etc/…                optional: the authority that signed the certificate at URL
#     MAX_SECONDS=10               optional: for one attempt
#     ATTEMPTS=3                   optional
#
# Ends with 0 delivered, 2 configuration wrong, 3 refused for good, 4 not delivered. Says why on stderr, without the
# secret. The secret is never an argument of a program and never in the environment: openssl would take an HMAC key
# only as an argument, which everybody on the machine can read, so the two hashes of HMAC (RFC 2104) are made here.

set -u
umask 077
LC_ALL=C
export LC_ALL
# What the caller exports under these names would be exported again with our values in it.
unset url secret_file vcenter cacert max_seconds attempts secret key_bytes inner_pad outer_pad 2>/dev/null

fail() {
  code=$1
  shift
  printf 'vmotion-alarm: %s\n' "$*" >&2
  exit "$code"
}

read_config() {
  [ -r "$1" ] || fail 2 "cannot read the configuration $1"
  url='' secret_file='' vcenter='' cacert='' max_seconds=10 attempts=3
  while IFS='=' read -r key value || [ -n "$key" ]; do
    case $key in
      '' | '#'*) ;;
      URL) url=$value ;;
      SECRET_FILE) secret_file=$value ;;
      VCENTER) vcenter=$value ;;
      CACERT) cacert=$value ;;
      MAX_SECONDS) max_seconds=$value ;;
      ATTEMPTS) attempts=$value ;;
      *) fail 2 "$1 has an unknown key: $key" ;;
    esac
  done < "$1"
  case $url in
    https://?* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    *) fail 2 "URL in $1 has to begin with https://" ;;
  esac
  case $max_seconds in '' | *[!0-9]* | 0 | ????*) fail 2 "MAX_SECONDS in $1 has to be a number from 1 to 999" ;; esac
  case $attempts in [1-9]) ;; *) fail 2 "ATTEMPTS in $1 has to be a number from 1 to 9" ;; esac
  [ -z "$cacert" ] || [ -r "$cacert" ] || fail 2 "cannot read CACERT $cacert"
}

# Into $secret, without the line's end. Refuses a file that others may read or write.
read_secret() {
  [ -f "$secret_file" ] && [ -r "$secret_file" ] || fail 2 "cannot read SECRET_FILE ${secret_file:-(not set)}"
  # "+" behind the mode is an access control list, which may let anybody in.
  case $(ls -ldL -- "$secret_file" | cut -c5-11) in
    '------' | '------ ' | '------.') ;;
    *) fail 2 "SECRET_FILE $secret_file is open to others than its owner: chmod 600 it" ;;
  esac
  secret=$(tr -d '\r\n' < "$secret_file")
  [ -n "$secret" ] || fail 2 "SECRET_FILE $secret_file is empty"
}

# The fields of the body in their order, each ended by a zero byte, which no variable can hold.
print_fields() {
  printf '%s\000' "$id" "$sent_at" "$vcenter" \
    "${VMWARE_ALARM_NAME-}" "${VMWARE_ALARM_ID-}" \
    "${VMWARE_ALARM_TARGET_NAME-}" "${VMWARE_ALARM_TARGET_ID-}" \
    "${VMWARE_ALARM_OLDSTATUS-}" "${VMWARE_ALARM_NEWSTATUS-}" \
    "${VMWARE_ALARM_EVENT_HOST-}" "${VMWARE_ALARM_EVENT_COMPUTERESOURCE-}" \
    "${VMWARE_ALARM_EVENT_DATACENTER-}" "${VMWARE_ALARM_EVENT_USERNAME-}" \
    "${VMWARE_ALARM_EVENT_VM-}" "${VMWARE_ALARM_EVENT_NETWORK-}" \
    "${VMWARE_ALARM_EVENT_DATASTORE-}" "${VMWARE_ALARM_EVENT_DVS-}" \
    "${VMWARE_ALARM_ALARMVALUE-}" "${VMWARE_ALARM_EVENTDESCRIPTION-}" \
    "${VMWARE_ALARM_TRIGGERINGSUMMARY-}" "${VMWARE_ALARM_DECLARINGSUMMARY-}"
}

NAMES='id sentAt vcenter alarmName alarmId targetName targetId oldStatus newStatus eventHost eventComputeResource
eventDatacenter eventUserName eventVm eventNetwork eventDatastore eventDvs alarmValue eventDescription
triggeringSummary declaringSummary'

# Bytes as decimal numbers in, one JSON object in ASCII out. What is no UTF-8 becomes U+FFFD; a text is cut after 4,000
# characters, and all texts together so that the body stays below what the other side takes.
to_json() {
  awk -v names="$NAMES" '
    function put(text) { if (total + length(text) > 200000) return; total += length(text); value = value text }
    function character(code) {
      if (++characters > 4000) return
      if (code == 34) put("\\\"")
      else if (code == 92) put("\\\\")
      else if (code >= 32 && code < 127) put(sprintf("%c", code))
      else if (code < 65536) put(sprintf("\\u%04x", code))
      else put(sprintf("\\u%04x\\u%04x", 55296 + int((code - 65536) / 1024), 56320 + (code - 65536) % 1024))
    }
    function broken() { if (left > 0) { left = 0; character(65533) } }
    function finish() {
      broken()
      body = body (field > 1 ? "," : "") "\"" name[field] "\":\"" value "\""
      field += 1; value = ""; characters = 0
    }
    function take(byte) {
      if (left > 0 && byte >= low && byte <= high) {
        code = code * 64 + byte % 64; left -= 1; low = 128; high = 191
        if (left == 0) character(code)
        return
      }
      broken()
      if (byte == 0) finish()
      else if (byte < 128) character(byte)
      else if (byte >= 194 && byte <= 223) { left = 1; code = byte - 192; low = 128; high = 191 }
      else if (byte >= 224 && byte <= 239) {
        left = 2; code = byte - 224; low = byte == 224 ? 160 : 128; high = byte == 237 ? 159 : 191
      }
      else if (byte >= 240 && byte <= 244) {
        left = 3; code = byte - 240; low = byte == 240 ? 144 : 128; high = byte == 244 ? 143 : 191
      }
      else character(65533)
    }
    BEGIN { split(names, name, /[ \n]+/); field = 1 }
    { for (i = 1; i <= NF; i += 1) take($i + 0) }
    END { printf "{%s}", body }
  '
}

# Decimal bytes in; each one XOR $1, to 64 of them, as octal escapes for printf out.
to_pad() {
  awk -v with="$1" '
    function xor(a, b,   bit, result) {
      result = 0
      for (bit = 1; bit < 256; bit *= 2) if (int(a / bit) % 2 != int(b / bit) % 2) result += bit
      return result
    }
    { for (i = 1; i <= NF; i += 1) key[count++] = $i + 0 }
    END { for (i = 0; i < 64; i += 1) printf "\\%03o", xor(i < count ? key[i] : 0, with) }
  '
}

# The SHA-256 of what comes in, in hexadecimal.
sha256() {
  openssl dgst -sha256 | sed 's/^.*= *//'
}

# Hexadecimal in, octal escapes out.
to_escapes() {
  awk '{
    for (i = 1; i < length($0); i += 2)
      printf "\\%03o", 16 * (index("0123456789abcdef", substr($0, i, 1)) - 1) + index("0123456789abcdef", substr($0, i + 1, 1)) - 1
  }'
}

# Into $inner_pad and $outer_pad. printf is the shell's own: nothing of it shows in the list of processes.
prepare_key() {
  key_bytes=$(printf '%s' "$secret" | od -An -v -tu1)
  if [ "${#secret}" -gt 64 ]; then
    # shellcheck disable=SC2059 -- escapes are what the format is made of, here and below
    key_bytes=$(printf "$(printf '%s' "$secret" | sha256 | to_escapes)" | od -An -v -tu1)
  fi
  inner_pad=$(printf '%s\n' "$key_bytes" | to_pad 54)
  outer_pad=$(printf '%s\n' "$key_bytes" | to_pad 92)
}

# HMAC-SHA256 of "v1:$1:" and the body, in hexadecimal.
sign() {
  # shellcheck disable=SC2059
  inner=$({ printf "$inner_pad"; printf 'v1:%s:' "$1"; cat "$work/body"; } | sha256 | to_escapes)
  # shellcheck disable=SC2059
  { printf "$outer_pad"; printf "$inner"; } | sha256
}

# One attempt. Prints the HTTP status; 000 where there was no answer.
post() {
  timestamp=$(date +%s)
  signature=$(sign "$timestamp")
  case $signature in
    *[!0-9a-f]* | '') fail 2 'openssl gave no SHA-256' ;;
  esac
  set -- -q --silent --show-error --max-time "$max_seconds" --max-filesize 65536 \
    --header 'Content-Type: application/json' --header 'Expect:' \
    --header "X-Vmotion-Timestamp: $timestamp" --header "X-Vmotion-Signature: v1=$signature" \
    --data-binary "@$work/body" --output "$work/answer" --write-out '%{http_code}'
  [ -z "$cacert" ] || set -- "$@" --cacert "$cacert"
  : > "$work/answer"
  curl "$@" "$url" 2> "$work/error" || printf ' no answer'
}

read_config "${1:-${VMOTION_ALARM_CONFIG:-/etc/vmotion-alarm.conf}}"
read_secret
for program in awk od sed curl openssl; do
  command -v "$program" > /dev/null 2>&1 || fail 2 "$program is not installed"
done
[ -n "${VMWARE_ALARM_NAME-}" ] || fail 2 'VMWARE_ALARM_NAME is not set: vCenter sets it when it runs this for an alarm'

work=$(mktemp -d "${TMPDIR:-/tmp}/vmotion-alarm.XXXXXX") || fail 4 'cannot make a temporary folder'
trap 'rm -rf "$work"' EXIT
trap 'exit 4' HUP INT TERM

prepare_key
id=$(openssl rand -hex 16)
sent_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
print_fields | od -An -v -tu1 | to_json > "$work/body" || fail 4 'cannot write the message'

attempt=1
while :; do
  status=$(post) || exit 2
  case $status in
    2??) exit 0 ;;
    '' | 000* | *' no answer' | 408 | 425 | 429 | 5??) ;;
    *) fail 3 "$url answered $status: $(head -c 300 "$work/answer" | tr -cd '\040-\176')" ;;
  esac
  [ "$attempt" -lt "$attempts" ] ||
    fail 4 "$url gave no good answer in $attempts attempts (${status}): $(head -c 300 "$work/error" | tr -cd '\040-\176')"
  # Each attempt is signed anew, and a second later at least: a signature that was seen is refused.
  sleep $((attempt * 2))
  attempt=$((attempt + 1))
done
