#!/bin/sh
# The broker knows only accounts: the product's own, made from the environment, and those of devices in accounts.d
# (files of mosquitto_passwd, one account a line).
set -eu
umask 077
: > /tmp/accounts
cat /mosquitto/data/accounts.d/* >> /tmp/accounts 2>/dev/null || true
mosquitto_passwd -b /tmp/accounts watchfloor "$MQTT_PASSWORD"
chown mosquitto /tmp/accounts
exec mosquitto -c /mosquitto/config/mosquitto.conf
