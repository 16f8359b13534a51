package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.state.StateSchemas;
import dev.renkei.hub.pubsub.state.StateStore;
import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.steps.flow.SchemaAccess;

/** The schemas of a hub on Pub/Sub. */
public record StateSchemaAccess(HubState state) implements SchemaAccess {
  @Override
  public OpenSchemas open() throws HubException, InterruptedException {
    StateStore opened = state.open();
    return OpenSchemas.of(new StateSchemas(opened), opened::close);
  }
}
