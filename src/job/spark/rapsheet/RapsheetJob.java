package rapsheet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Runs the stages of a rapsheet job on Spark: files → first program → shuffle → next program → … → part files.
 * Argument: the job as JSON, or the path of a file with it. What the programs do is none of its business.
 */
public final class RapsheetJob {
  /** A shuffle has no fewer bytes of input to a partition, but for as many partitions as there are cores. */
  private static final long INPUT_BYTES_PER_REDUCER = 1L << 29;

  private static final int MOST_EXECUTORS = 10_000;
  /** More would only cut what map tasks shuffle into smaller pieces. */
  private static final int REDUCERS_PER_CORE = 4;

  private final JobPlan plan;
  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private final Progress progress;

  private RapsheetJob(JobPlan plan, JavaSparkContext spark) {
    this.plan = plan;
    this.spark = spark;
    hadoop = spark.hadoopConfiguration();
    progress = new Progress(spark, plan.stages);
  }

  public static void main(String[] words) {
    try {
      if (words.length != 1) {
        throw new IllegalArgumentException("expected the job as JSON, or a file with it, got " + words.length + " words");
      }
      SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "rapsheet");
      // Kryo writes a key as its bytes; Java's own serialisation names the class of every one.
      conf.setIfMissing("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
      conf.registerKryoClasses(new Class<?>[] {ByteKey.class, byte[].class});
      try (JavaSparkContext spark = new JavaSparkContext(conf)) {
        new RapsheetJob(new JobPlan(textOf(words[0], spark.hadoopConfiguration())), spark).run();
      }
    } catch (Exception e) {
      String line = StageFailed.lineOf(e);
      if (line == null) e.printStackTrace();
      System.err.println("rapsheet: " + (line == null ? messageOf(e) : line));
      System.exit(1);
    }
  }

  private void run() throws IOException {
    long began = System.nanoTime();
    Path output = new Path(plan.output);
    if (output.getFileSystem(hadoop).exists(output)) {
      throw new IOException(plan.output + ": there is something already: remove it or name another folder");
    }
    RangePlanner planner = new RangePlanner(plan, hadoop);
    check();
    List<ArrayList<FileRange>> tasks = planner.tasks(this::cuts, cores());
    say(planner.fileCount() + " files, " + planner.totalBytes() + " bytes, " + tasks.size() + " tasks");
    progress.begin();
    Configuration settings = new Configuration(hadoop);
    settings.set(StageOutput.FORMAT, plan.format);
    stages(tasks, reducers(planner, tasks.size()))
        .saveAsNewAPIHadoopFile(plan.output, ByteKey.class, byte[].class, StageOutput.class, settings);
    if (!plan.home.isEmpty()) bringHome(output);
    say("done " + progress.figures(planner.fileCount(), planner.totalBytes(), (System.nanoTime() - began) / 1_000_000));
  }

  /** Every program once, with nothing to read: what cannot run at all is not found out after hours of mapping. */
  private void check() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < plan.stages.size(); i++) numbers.add(i);
    JobPlan job = plan;
    spark.parallelize(numbers, numbers.size()).foreach(i -> {
      JobPlan.Stage stage = job.stages.get(i);
      Iterator<?> records = new NodeProcess(stage.name, stage.command, new RecordFeed(Collections.emptyIterator()));
      while (records.hasNext()) records.next();
    });
  }

  /** Asks the program that knows formats, on executors: the driver may not have one. */
  private List<Boolean> cuts(List<FileRange> heads) throws IOException {
    List<String> command = plan.cuts;
    HadoopSettings settings = new HadoopSettings(hadoop);
    int tasks = Math.min(heads.size(), spark.defaultParallelism());
    List<Boolean> answers = spark.parallelize(heads, tasks).mapPartitions(some -> {
      List<Boolean> canBeCut = new ArrayList<>();
      NodeProcess records = new NodeProcess("cuts", command, new RangeFeed(some, 0, 0, settings.get()));
      while (records.hasNext()) canBeCut.add(new String(records.next()._2, StandardCharsets.UTF_8).equals("bytes"));
      return canBeCut.iterator();
    }).collect();
    if (answers.size() != heads.size()) {
      throw new IOException("cuts: asked of " + heads.size() + " files, answered of " + answers.size());
    }
    return answers;
  }

  private JavaPairRDD<ByteKey, byte[]> stages(List<ArrayList<FileRange>> tasks, int reducers) {
    JobPlan job = plan;
    HadoopSettings settings = new HadoopSettings(hadoop);
    JobPlan.Stage first = plan.stages.get(0);
    JavaPairRDD<ByteKey, byte[]> records = spark.parallelize(tasks, tasks.size()).mapPartitionsToPair(
        ranges -> new NodeProcess(first.name, first.command, new RangeFeed(ranges.next().iterator(), job.leadBytes, job.tailBytes, settings.get())));
    for (JobPlan.Stage stage : plan.stages.subList(1, plan.stages.size())) {
      records = records.repartitionAndSortWithinPartitions(new HashPartitioner(reducers))
          .mapPartitionsToPair(sorted -> new NodeProcess(stage.name, stage.command, new RecordFeed(sorted)));
    }
    return records;
  }

  /** Cores that are there by now, or that the job was promised. */
  private int cores() {
    SparkConf conf = spark.getConf();
    boolean isElastic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    int executors = isElastic
        ? conf.getInt("spark.dynamicAllocation.maxExecutors", MOST_EXECUTORS)
        : conf.getInt("spark.executor.instances", 1);
    int promised = Math.min(executors, MOST_EXECUTORS) * conf.getInt("spark.executor.cores", 1);
    return Math.max(spark.defaultParallelism(), Math.max(promised, conf.getInt("spark.cores.max", 1)));
  }

  private int reducers(RangePlanner planner, int tasks) {
    if (plan.reducers > 0) return plan.reducers;
    long bySize = Math.min(planner.totalBytes() / INPUT_BYTES_PER_REDUCER, (long) REDUCERS_PER_CORE * cores());
    return (int) Math.max(1, Math.min(tasks, Math.max(bySize, spark.defaultParallelism())));
  }

  private void bringHome(Path output) throws IOException {
    FileSystem system = output.getFileSystem(hadoop);
    Path home = new Path(new java.io.File(plan.home).toURI());
    for (FileStatus status : system.listStatus(output)) {
      Path file = status.getPath();
      system.copyToLocalFile(false, file, new Path(home, file.getName()), true);
    }
  }

  private static String textOf(String word, Configuration hadoop) throws IOException {
    if (word.trim().startsWith("{")) return word;
    Path path = new Path(word);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      IOUtils.copyBytes(in, text, 1 << 16);
    }
    return new String(text.toByteArray(), StandardCharsets.UTF_8);
  }

  private static String messageOf(Throwable e) {
    if (e.getCause() != null) return messageOf(e.getCause());
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static void say(String text) {
    System.err.println("rapsheet: " + text);
  }
}
