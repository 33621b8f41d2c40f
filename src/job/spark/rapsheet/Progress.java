package rapsheet;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Says how far the job is, one line at a time, and adds up what it cost. */
final class Progress extends SparkListener {
  private static final long EVERY_MS = 1000;
  private static final String GROUP = "rapsheet";

  private final JavaSparkContext spark;
  private final List<JobPlan.Stage> stages;
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

  /** What comes now is the job itself. */
  void begin() {
    spark.setJobGroup(GROUP, "rapsheet");
    Thread thread = new Thread(this::report, "rapsheet progress");
    thread.setDaemon(true);
    thread.start();
  }

  /** Of the stage that runs; empty if none does. Spark numbers a job's stages in the order in which they run. */
  private String line() {
    for (int job : spark.statusTracker().getJobIdsForGroup(GROUP)) {
      SparkJobInfo info = spark.statusTracker().getJobInfo(job);
      int[] ids = info == null ? new int[0] : info.stageIds();
      Arrays.sort(ids);
      for (int i = 0; i < Math.min(ids.length, stages.size()); i++) {
        SparkStageInfo stage = spark.statusTracker().getStageInfo(ids[i]);
        if (stage == null || stage.numActiveTasks() == 0) continue;
        return stages.get(i).name + ": " + stage.numCompletedTasks() + " of " + stage.numTasks() + " tasks";
      }
    }
    return "";
  }

  private void report() {
    String before = "";
    try {
      for (;;) {
        String line = line();
        if (!line.isEmpty() && !line.equals(before)) System.err.println("rapsheet: " + line);
        before = line;
        Thread.sleep(EVERY_MS);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // The job is over.
    }
  }
}
