#!/usr/bin/env bash
# Runs a command of Curtain on the cluster that start.sh started:
#   deploy/standalone/submit.sh COMMAND [options]
# The same as, with a Spark distribution's script:
#   spark-submit --master spark://HOST:PORT --properties-file conf/spark-defaults.conf \
#     --jars jobs/target/natives/A.jar,jobs/target/natives/B.jar \
#     --class curtain.jobs.Main jobs/target/curtain.jar COMMAND [options]
# More options of spark-submit go into SPARK_SUBMIT_OPTIONS, the driver's heap into CURTAIN_HEAP, and more of a class
# path, such as the AWS SDK's jar, into SPARK_DIST_CLASSPATH, which start.sh hands to executors.
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

jar=$home/jobs/target/curtain.jar
[ -f "$jar" ] || fail "$jar is missing; run 'mvn package'"
natives=
for native in "$home"/jobs/target/natives/*.jar; do
  natives=$natives${natives:+,}$native
done

# shellcheck disable=SC2086 # SPARK_SUBMIT_OPTIONS is a list
exec "$java" "@$home/conf/jvm.options" "-Xmx${CURTAIN_HEAP:-2g}" \
  -cp "$home/conf:$SPARK_HOME/jars/*${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}" \
  org.apache.spark.deploy.SparkSubmit --master "spark://$host:$port" \
  --properties-file "$home/conf/spark-defaults.conf" ${SPARK_SUBMIT_OPTIONS:-} \
  --jars "$natives" --class curtain.jobs.Main "$jar" "$@"
