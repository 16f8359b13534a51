package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.steps.flow.SchemaAccess;

/** The schemas of a hub, for steps on workers. */
public record HubSchemaAccess(FlowHub hub) implements SchemaAccess {
  @Override
  public OpenSchemas open() throws HubException, InterruptedException {
    return hub.openSchemas();
  }
}
