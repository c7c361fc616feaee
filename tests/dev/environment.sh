# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev at the root of the checkout: makes the environment where it is missing, and puts it on PATH.
# shellcheck shell=bash

export OB_DEV="$PWD/.dev"
export OB_DEV_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/oceanbase-cluster-dev"

link_collection() {
  local link="$OB_DEV/collections/ansible_collections/oceanbase/cluster"
  [ "$link" -ef . ] && return
  mkdir -p "${link%/*}"
  ln -sfn "$PWD" "$link"
}

bash tests/dev/venv.sh "$OB_DEV/venv" requirements/dev.txt
link_collection

# Only the environment and the system: the shims of version managers confuse ansible-test.
export PATH="$OB_DEV/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export VIRTUAL_ENV="$OB_DEV/venv"
export LC_ALL=C.UTF-8
export ANSIBLE_COLLECTIONS_PATH="$OB_DEV/collections"
export CONTAINERS_CONF="$PWD/tests/dev/containers.conf"
unset PYTHONPATH PYTHONHOME PYENV_VERSION ANSIBLE_CONFIG
engine=("$OB_DEV"/venv/lib/python3.*/site-packages/pylibseekdb)
export OB_ENGINE="${engine[0]}"

# Test hosts of this checkout, so that several checkouts can test at once.
checksum=$(cksum <<<"$PWD")
checksum=${checksum%% *}
export OB_HOSTS_PREFIX="oceanbase-cluster-$checksum"
export OB_HOSTS_SUBNET="10.$((160 + checksum / 250 % 64)).$((checksum % 250))"
