package curtain.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that objects of Kubernetes have, as far as {@code deploy/} uses them: of its API v1,
 * of rbac.authorization.k8s.io/v1 and of sparkoperator.k8s.io/v1beta2. A list of our own, in which
 * a field that is misspelt, misplaced or forgotten shows; it is no copy of their schemas.
 */
final class ObjectFields {
  /**
   * A line is a type and its fields: {@code name:type}, with {@code []} of a list, with {@code !}
   * where there must be one. Types s, i, b are text, whole number and boolean, m any map of texts.
   */
  private static final String TYPES =
      """
      Pod                   apiVersion:s! kind:s! metadata:Meta spec:PodSpec!
      ServiceAccount        apiVersion:s! kind:s! metadata:Meta!
      Role                  apiVersion:s! kind:s! metadata:Meta! rules:Rule[]!
      RoleBinding           apiVersion:s! kind:s! metadata:Meta! roleRef:RoleRef! subjects:Subject[]!
      PersistentVolumeClaim apiVersion:s! kind:s! metadata:Meta! spec:ClaimSpec!
      SparkApplication      apiVersion:s! kind:s! metadata:Meta! spec:AppSpec!
      Meta                  name:s namespace:s labels:m annotations:m
      Rule                  apiGroups:s[]! resources:s[]! verbs:s[]!
      RoleRef               apiGroup:s! kind:s! name:s!
      Subject               kind:s! name:s! namespace:s
      ClaimSpec             accessModes:s[]! storageClassName:s resources:Resources!
      Resources             requests:m! limits:m
      PodSpec               securityContext:PodSecurity containers:Container[]! volumes:Volume[]\
       nodeSelector:m
      PodSecurity           runAsNonRoot:b runAsUser:i runAsGroup:i fsGroup:i fsGroupChangePolicy:s\
       seccompProfile:Seccomp
      Seccomp               type:s! localhostProfile:s
      Container             name:s! image:s securityContext:Security volumeMounts:Mount[] env:Env[]
      Security              readOnlyRootFilesystem:b allowPrivilegeEscalation:b\
       capabilities:Capabilities privileged:b
      Capabilities          add:s[] drop:s[]
      Mount                 name:s! mountPath:s! readOnly:b
      Env                   name:s! value:s
      Volume                name:s! emptyDir:EmptyDir persistentVolumeClaim:ClaimRef
      EmptyDir              medium:s sizeLimit:s
      ClaimRef              claimName:s! readOnly:b
      AppSpec               type:s! mode:s sparkVersion:s! image:s imagePullPolicy:s mainClass:s\
       mainApplicationFile:s! arguments:s[] restartPolicy:Restart sparkConf:m driver:Driver!\
       executor:Executor!
      Restart               type:s! onFailureRetries:i onFailureRetryInterval:i\
       onSubmissionFailureRetries:i onSubmissionFailureRetryInterval:i
      Driver                cores:i memory:s memoryOverhead:s serviceAccount:s template:Template
      Executor              instances:i cores:i memory:s memoryOverhead:s template:Template
      Template              metadata:Meta spec:PodSpec!
      """;

  /** Values of which a field has one. */
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "SparkApplication.spec.type", Set.of("Java", "Scala", "Python", "R"),
          "SparkApplication.spec.mode", Set.of("cluster"),
          "SparkApplication.spec.imagePullPolicy", Set.of("Always", "IfNotPresent", "Never"),
          "SparkApplication.spec.restartPolicy.type", Set.of("Never", "OnFailure", "Always"),
          "SparkApplication.apiVersion", Set.of("sparkoperator.k8s.io/v1beta2"),
          "Role.apiVersion", Set.of("rbac.authorization.k8s.io/v1"),
          "RoleBinding.apiVersion", Set.of("rbac.authorization.k8s.io/v1"),
          "Pod.apiVersion", Set.of("v1"),
          "ServiceAccount.apiVersion", Set.of("v1"),
          "PersistentVolumeClaim.apiVersion", Set.of("v1"));

  private record Field(String type, boolean list, boolean required) {}

  private static final Map<String, Map<String, Field>> FIELDS = fields();

  private final List<String> breaches = new ArrayList<>();

  private ObjectFields() {}

  /** What is wrong with an object, one line for each; its kind says what it should have. */
  static List<String> breaches(Map<?, ?> object) {
    ObjectFields check = new ObjectFields();
    String kind = String.valueOf(object.get("kind"));
    if (FIELDS.containsKey(kind)) {
      check.object(kind, kind, object);
    } else {
      check.breaches.add("no kind of object: " + kind);
    }
    return check.breaches;
  }

  private static Map<String, Map<String, Field>> fields() {
    Map<String, Map<String, Field>> all = new HashMap<>();
    for (String line : TYPES.lines().toList()) {
      String[] words = line.split(" +", -1);
      Map<String, Field> of = new HashMap<>();
      for (int i = 1; i < words.length; i++) {
        String[] parts = words[i].split(":", 2);
        String type = parts[1].replaceAll("[!\\[\\]]", "");
        of.put(parts[0], new Field(type, parts[1].contains("[]"), parts[1].endsWith("!")));
      }
      all.put(words[0], of);
    }
    return all;
  }

  private void object(String at, String type, Map<?, ?> object) {
    Map<String, Field> fields = FIELDS.get(type);
    Set<String> missing = new HashSet<>();
    fields.forEach(
        (name, field) -> {
          if (field.required() && object.get(name) == null) {
            missing.add(name);
          }
        });
    missing.forEach(name -> breaches.add(at + " lacks " + name));
    object.forEach(
        (name, value) -> {
          Field field = fields.get(String.valueOf(name));
          String there = at + "." + name;
          if (field == null) {
            breaches.add(there + " is no field of " + type);
          } else if (!field.list()) {
            value(there, field.type(), value);
          } else if (value instanceof List<?> list) {
            list.forEach(each -> value(there, field.type(), each));
          } else {
            breaches.add(there + " is no list");
          }
        });
  }

  private void value(String at, String type, Object value) {
    boolean right =
        switch (type) {
          case "s" -> value instanceof String;
          case "i" -> value instanceof Integer;
          case "b" -> value instanceof Boolean;
          case "m" ->
              value instanceof Map<?, ?> map
                  && map.values().stream().allMatch(String.class::isInstance);
          default -> value instanceof Map;
        };
    if (!right) {
      breaches.add(at + " is " + value + ", no " + type);
    } else if (FIELDS.containsKey(type)) {
      object(at, type, (Map<?, ?>) value);
    } else if (VALUES.containsKey(at) && !VALUES.get(at).contains(value)) {
      breaches.add(at + " is " + value + ", none of " + VALUES.get(at));
    }
  }
}
