package rapsheet;

import java.util.List;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Says how far the job is, one line at a time, and adds up what it cost. */
final class Progress extends SparkListener {
  private static final long EVERY_MS = 1000;

  private final JavaSparkContext spark;
  private final List<JobPlan.Stage> stages;
  /** Stages before this one were the check of the programs. */
  private volatile int firstStage;
  private long shuffleBytes;
  private long tasks;
  private long failedTasks;

  Progress(JavaSparkContext spark, List<JobPlan.Stage> stages) {
    this.spark = spark;
    this.stages = stages;
    spark.sc().addSparkListener(this);
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    tasks++;
    if (!end.taskInfo().successful()) failedTasks++;
    TaskMetrics metrics = end.taskMetrics();
    if (metrics != null) shuffleBytes += metrics.shuffleWriteMetrics().bytesWritten();
  }

  synchronized String figures(int files, long bytes, long milliseconds) {
    return String.format(
        "{\"files\":%d,\"bytes\":%d,\"shuffledBytes\":%d,\"tasks\":%d,\"failedTasks\":%d,\"milliseconds\":%d}",
        files, bytes, shuffleBytes, tasks, failedTasks, milliseconds);
  }

  /** Stages are numbered as they are met, those of the check first. */
  void begin(int first) {
    firstStage = first;
    Thread thread = new Thread(this::report, "rapsheet progress");
    thread.setDaemon(true);
    thread.start();
  }

  private void report() {
    String before = "";
    try {
      for (;;) {
        for (int id : spark.statusTracker().getActiveStageIds()) {
          SparkStageInfo info = spark.statusTracker().getStageInfo(id);
          int stage = id - firstStage;
          if (info == null || stage < 0 || stage >= stages.size()) continue;
          String line = stages.get(stage).name + ": " + info.numCompletedTasks() + " of " + info.numTasks() + " tasks";
          if (!line.equals(before)) System.err.println("rapsheet: " + line);
          before = line;
        }
        Thread.sleep(EVERY_MS);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // The job is over.
    }
  }
}
