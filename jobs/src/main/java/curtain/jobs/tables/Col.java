package curtain.jobs.tables;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the column of a row record's component, beyond its name and Java type. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Col {
  /** One line of documentation: what the column holds, its unit and shape, and when it is null. */
  String doc();

  /** Whether one value holds as many numbers as an image, see {@link Column}. */
  boolean large() default false;

  /** The column's type, at most one; none for the usual type of the component's class. */
  ColumnType[] type() default {};
}
