package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.state.StateDeadLetters;
import dev.renkei.hub.pubsub.state.StateStore;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.jspecify.annotations.Nullable;

/** Dead letters as objects beside the topic, as {@code renkei dead-letters} reads them. */
public final class StateDeadLetterSink extends PTransform<PCollection<DeadLetter>, PDone> {
  private static final long serialVersionUID = 1;

  private final HubState state;

  private StateDeadLetterSink(HubState state) {
    this.state = state;
  }

  public static StateDeadLetterSink of(HubState state) {
    return new StateDeadLetterSink(state);
  }

  @Override
  public PDone expand(PCollection<DeadLetter> letters) {
    letters.apply("Write object", ParDo.of(new Put(state)));
    return PDone.in(letters.getPipeline());
  }

  private static final class Put extends DoFn<DeadLetter, Void> {
    private static final long serialVersionUID = 1;

    private final HubState state;
    private transient @Nullable StateStore store;

    Put(HubState state) {
      this.state = state;
    }

    @Setup
    public void open() throws HubException, InterruptedException {
      store = state.open();
    }

    @ProcessElement
    public void process(@Element DeadLetter letter) throws HubException, InterruptedException {
      new StateDeadLetters(Objects.requireNonNull(store)).put(letter);
    }

    @Teardown
    public void close() {
      StateStore opened = store;
      if (opened != null) {
        opened.close();
      }
    }
  }
}
