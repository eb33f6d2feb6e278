#!/usr/bin/env bash
# Starts a standalone Spark cluster on this machine, a master and workers as processes of their own, and
# waits until every worker has registered. env.sh lists the environment; start.sh adds
#   WORKERS   how many workers, 2 if unset
#   CORES     task slots of each, 1 if unset
#   MEMORY    what each may give to executors' heaps, 2g if unset
#   SPARK_WORKER_OPTS   more options for the workers' Java: conf/gpu.conf has those that offer GPUs
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
workers=${WORKERS:-2}

mkdir -p -- "$cluster"
export SPARK_LOCAL_DIRS=$cluster/scratch
if [ -e "$cluster/pids" ]; then
  fail "$cluster has a cluster already; stop it with stop.sh, or choose another CURTAIN_CLUSTER"
fi
: >"$cluster/pids"

# start NAME CLASS ARGUMENTS...: the JVM's id goes to the file pids, its output to NAME.log
start() {
  local name=$1
  shift
  nohup "$java" "@$home/conf/jvm.options" -Xmx512m -cp "$SPARK_CONF_DIR:$SPARK_HOME/jars/*" "$@" \
    </dev/null >"$cluster/$name.log" 2>&1 &
  echo $! >>"$cluster/pids"
}

# await NAME TEXT COUNT: until NAME.log says TEXT COUNT times
await() {
  local deadline=$((SECONDS + 90)) pid
  until [ "$(grep -c -- "$2" "$cluster/$1.log" || true)" -ge "$3" ]; do
    while read -r pid; do
      kill -0 "$pid" 2>/dev/null || give_up "a process of the cluster has ended"
    done <"$cluster/pids"
    [ $SECONDS -lt $deadline ] || give_up "$1 has not come up within 90 seconds"
    sleep 0.2
  done
}

give_up() {
  tail -n 5 -- "$cluster"/*.log >&2
  "$home/deploy/standalone/stop.sh" >&2
  fail "$1; the logs are in $cluster"
}

start master org.apache.spark.deploy.master.Master --host "$host" --port "$port" --webui-port 0
await master 'I have been elected leader' 1
for ((worker = 1; worker <= workers; worker++)); do
  # shellcheck disable=SC2086 # SPARK_WORKER_OPTS is a list
  start "worker$worker" ${SPARK_WORKER_OPTS:-} org.apache.spark.deploy.worker.Worker --host "$host" --webui-port 0 \
    --cores "${CORES:-1}" --memory "${MEMORY:-2g}" --work-dir "$cluster/work$worker" "spark://$host:$port"
done
await master 'Registering worker' "$workers"
echo "spark://$host:$port"
