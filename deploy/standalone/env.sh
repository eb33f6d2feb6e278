# Sourced by start.sh, submit.sh and stop.sh.
#   SPARK_HOME             a Spark 3.5 for Scala 2.12; unset: the one that the build lays out, deploy/spark/target/home
#   SPARK_DIST_CLASSPATH   more of a class path; executors have that of start.sh
#   CURTAIN_CLUSTER        folder of logs, process ids and the workers' scratch space
#   CURTAIN_CLUSTER_HOST   address that everything binds to; 127.0.0.1: reachable from this machine only
#   CURTAIN_CLUSTER_PORT   the master's port
set -euo pipefail

home=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
cluster=${CURTAIN_CLUSTER:-$home/deploy/spark/target/standalone}
host=${CURTAIN_CLUSTER_HOST:-127.0.0.1}
port=${CURTAIN_CLUSTER_PORT:-7077}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

export SPARK_HOME=${SPARK_HOME:-$home/deploy/spark/target/home}
export SPARK_SCALA_VERSION=2.12
export SPARK_LOCAL_IP=$host
# Images for training set these, and by them DJL would take it that another libtorch is wanted than ours. Of the one
# that PYTORCH_LIBRARY_PATH or --natives names Curtain finds them out itself.
unset PYTORCH_VERSION PYTORCH_FLAVOR
# The daemons' and executors' logging; both write to files.
export SPARK_CONF_DIR=$home/deploy/standalone

# Java reads names of files by the locale's charset.
if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then
  export LC_ALL=C.UTF-8
fi

fail() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 1
}

[ -d "$SPARK_HOME/jars" ] || fail "$SPARK_HOME/jars is missing; run 'mvn package', or set SPARK_HOME"
