package curtain.djl;

import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.util.ProgressBar;
import ai.djl.translate.TranslatorFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Loads models with DJL's own API. */
final class Models {
  private Models() {}

  /** As the class ModelLoader of DJL's Spark extension 0.35.1 does it, call by call. */
  static ZooModel<byte[], byte[]> load(
      String url, TranslatorFactory factory, Map<String, Object> arguments)
      throws IOException, ModelNotFoundException, MalformedModelException {
    return Criteria.builder()
        .setTypes(byte[].class, byte[].class)
        .optEngine("PyTorch")
        .optModelUrls(url)
        .optTranslatorFactory(factory)
        .optProgress(new ProgressBar())
        .optArguments(new HashMap<>(arguments))
        .build()
        .loadModel();
  }
}
