#!/usr/bin/env bash
# A bootstrap action of EMR 7: the hierarchy of devices that gpu.json names. YARN's container executor knows
# the first version of cgroups, and Amazon Linux 2023 mounts the second.
set -euo pipefail
root=/curtain-cgroup
sudo mkdir -p "$root/devices"
mountpoint -q "$root/devices" || sudo mount -t cgroup -o devices curtain-devices "$root/devices"
sudo mkdir -p "$root/devices/yarn"
sudo chown -R yarn:yarn "$root/devices/yarn"
