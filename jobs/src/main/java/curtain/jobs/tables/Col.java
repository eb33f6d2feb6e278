package curtain.jobs.tables;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a component of a row's record says of its column besides name and Java type. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Col {
  /** One line of documentation: what it holds, its unit and shape, and when it is null. */
  String doc();

  /** Whether one value is an image's worth of numbers, see {@link Column}. */
  boolean large() default false;

  /** The type, where it is another than the component's usual one; at most one. */
  ColumnType[] type() default {};
}
