package rapsheet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** What is asked of the job: one JSON object. */
final class JobPlan implements Serializable {
  private static final long serialVersionUID = 1;
  private static final List<String> NAMES =
      Arrays.asList(
          "paths", "globs", "output", "home", "format", "stages", "cuts", "reducers",
          "rangeBytes", "leadBytes", "tailBytes");

  /** A program between two shuffles: records in, records out. The first reads files. */
  static final class Stage implements Serializable {
    private static final long serialVersionUID = 1;
    final String name;
    final List<String> command;

    Stage(String name, List<String> command) {
      this.name = name;
      this.command = command;
    }
  }

  /** Files and folders as they are, and patterns. */
  final List<String> paths;
  final List<String> globs;
  final String output;
  /** A folder of the driver's machine that gets a copy of the output; empty: none. */
  final String home;
  final String format;
  final List<Stage> stages = new ArrayList<>();
  /** A program that says of the heads of large files whether ranges of them can be read; none: nothing is cut. */
  final List<String> cuts;
  /** Partitions of a shuffle; 0: by the size of the input. */
  final int reducers;
  /** About as much goes to one task; 0: by the size of the input and the number of cores. */
  final long rangeBytes;
  final long leadBytes;
  final long tailBytes;

  JobPlan(String json) throws IOException {
    JsonNode plan = new ObjectMapper().readTree(json);
    if (plan == null || !plan.isObject()) throw new IllegalArgumentException("the job: expected a JSON object");
    for (Iterator<String> names = plan.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!NAMES.contains(name)) throw new IllegalArgumentException("the job: unknown field " + name);
    }
    paths = strings(plan.path("paths"), "paths");
    globs = strings(plan.path("globs"), "globs");
    if (paths.isEmpty() && globs.isEmpty()) throw new IllegalArgumentException("the job: neither paths nor globs");
    output = text(plan, "output");
    home = plan.path("home").asText("");
    format = plan.path("format").asText("ndjson");
    if (!StageOutput.FORMATS.contains(format)) {
      throw new IllegalArgumentException("format: expected one of " + StageOutput.FORMATS + ", got " + format);
    }
    for (JsonNode stage : plan.path("stages")) {
      stages.add(new Stage(text(stage, "name"), strings(stage.path("command"), "command")));
    }
    if (stages.isEmpty()) throw new IllegalArgumentException("stages: expected at least one, got none");
    cuts = strings(plan.path("cuts"), "cuts");
    reducers = (int) number(plan, "reducers", 0, 0);
    rangeBytes = number(plan, "rangeBytes", 0, 1);
    leadBytes = number(plan, "leadBytes", 1 << 22, 0);
    tailBytes = number(plan, "tailBytes", (1 << 21) + 1, 0);
  }

  private static String text(JsonNode of, String name) {
    JsonNode value = of.path(name);
    if (!value.isTextual()) throw new IllegalArgumentException(name + ": expected a string, got " + value);
    return value.asText();
  }

  private static long number(JsonNode of, String name, long fallback, long least) {
    JsonNode value = of.path(name);
    if (value.isMissingNode()) return fallback;
    if (!value.isIntegralNumber() || value.asLong() < least) {
      throw new IllegalArgumentException(name + ": expected an integer from " + least + ", got " + value);
    }
    return value.asLong();
  }

  private static List<String> strings(JsonNode of, String name) {
    List<String> strings = new ArrayList<>();
    if (!of.isMissingNode() && !of.isArray()) {
      throw new IllegalArgumentException(name + ": expected an array, got " + of);
    }
    for (JsonNode value : of) strings.add(value.asText());
    return strings;
  }
}
