package curtain.jobs.shards;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Curtain's metrics for Spark's sinks, by {@code spark.plugins}: of each executor what its tasks
 * did, {@code executor.*}, and of the driver what those of the run did together, {@code run.*}, as
 * of their last heartbeats. Spark makes it by its name.
 */
public final class MetricsPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new OfTheDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OfAnExecutor();
  }

  private static final class OfTheDriver implements DriverPlugin {
    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext context) {
      MetricRegistry registry = context.metricRegistry();
      gauge(registry, "run.images", () -> RunTotals.now().results() + RunTotals.now().errors());
      gauge(registry, "run.errors", () -> RunTotals.now().errors());
      gauge(registry, "run.decode_seconds", () -> RunTotals.now().decode());
      gauge(registry, "run.wait_seconds", () -> RunTotals.now().waiting());
      gauge(registry, "run.device_seconds", () -> RunTotals.now().device());
      gauge(registry, "run.write_seconds", () -> RunTotals.now().write());
    }

    private static void gauge(MetricRegistry registry, String name, Gauge<Number> value) {
      registry.register(name, value);
    }
  }

  private static final class OfAnExecutor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> settings) {
      ProcessTotals.register(context.metricRegistry());
    }
  }
}
