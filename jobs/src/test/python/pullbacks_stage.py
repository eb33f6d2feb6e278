"""Uses Curtain's Spark ML stage from Python: PORT SECRET IMAGES WEIGHTS.

Connects to a JVM whose gateway has a SparkSession as its entry point, as PySpark does to its own, and
prints path, target, temperature and norm of every pullback. With PySpark where it is installed, else
with Py4J, which PySpark calls Java through.
"""

import importlib.util
import os
import sys

port, secret, images, weights = sys.argv[1:]


def stage(jvm):
    return (
        jvm.curtain.spark.ExcitationPullbacks()
        .setModelUrl(weights)
        .setModel("cifar_resnet20")
        .setInputCol("content")
        .setTargets("top:2")
        .setTemperature([0.15, 0.3])
        .setMaxPixels(100000)
        .setBatchSize(4)
        .setDevice("cpu")
    )


EXPLODED = ["path", "explode(pullbacks) as row"]
COLUMNS = ["path", "row.target", "row.temperature", "row.norm"]

if importlib.util.find_spec("pyspark"):
    os.environ["PYSPARK_GATEWAY_PORT"] = port
    os.environ["PYSPARK_GATEWAY_SECRET"] = secret
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import DataFrame, SparkSession

    gateway = launch_gateway()
    session = gateway.entry_point
    jsc = gateway.jvm.org.apache.spark.api.java.JavaSparkContext(session.sparkContext())
    conf = SparkConf(_jvm=gateway.jvm, _jconf=jsc.getConf())
    spark = SparkSession(SparkContext(gateway=gateway, jsc=jsc, conf=conf), session)
    frame = spark.read.format("binaryFile").load(images)
    result = DataFrame(stage(spark._jvm).transform(frame._jdf), spark)
    for row in result.selectExpr(*EXPLODED).selectExpr(*COLUMNS).collect():
        print(*row, sep="|")
else:
    from py4j.java_gateway import GatewayParameters, JavaGateway

    gateway = JavaGateway(
        gateway_parameters=GatewayParameters(port=int(port), auth_token=secret, auto_convert=True)
    )

    def strings(values):
        array = gateway.new_array(gateway.jvm.java.lang.String, len(values))
        for i, value in enumerate(values):
            array[i] = value
        return array

    frame = gateway.entry_point.read().format("binaryFile").load(images)
    result = stage(gateway.jvm).setTemperature(0.3).setTemperature([0.15, 0.3]).transform(frame)
    for row in result.selectExpr(strings(EXPLODED)).selectExpr(strings(COLUMNS)).collectAsList():
        print(*(row.get(i) for i in range(4)), sep="|")
