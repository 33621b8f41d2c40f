package rapsheet;

/** A stage's program did not do its work; says why in one line. */
final class StageFailed extends RuntimeException {
  private static final long serialVersionUID = 1;
  /** Executors hand errors to the driver as text: by these signs it finds the line that matters. */
  static final String BEGIN = "<rapsheet ";
  static final String END = " tehspar>";

  StageFailed(String stage, String why, Throwable cause) {
    super(BEGIN + stage + ": " + why.replace('\n', ' ').trim() + END, cause);
  }

  /** The line that says why, out of whatever Spark wrapped it in; `null` if no stage's program is to blame. */
  static String lineOf(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      String text = String.valueOf(e.getMessage());
      int begin = text.lastIndexOf(BEGIN);
      int end = text.indexOf(END, begin + 1);
      if (begin >= 0 && end > begin) return text.substring(begin + BEGIN.length(), end);
    }
    return null;
  }
}
