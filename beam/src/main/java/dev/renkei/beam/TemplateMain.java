package dev.renkei.beam;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;

/** What the image of the Flex Template runs: Dataflow gives the options, `renkei` the flow. */
public final class TemplateMain {
  private TemplateMain() {}

  /** The template's own parameter. */
  public interface TemplateOptions extends PipelineOptions {
    /** Written by {@code renkei pipeline}. */
    @Description("The flow, as renkei pipeline writes it.")
    @Validation.Required
    String getBlueprint();

    /** Set by Beam from the command line. */
    void setBlueprint(String blueprint);
  }

  public static void main(String[] arguments) throws PipelineFailure {
    PipelineOptionsFactory.register(TemplateOptions.class);
    TemplateOptions options =
        PipelineOptionsFactory.fromArgs(arguments).withValidation().as(TemplateOptions.class);
    Blueprint blueprint = Blueprint.read(options.getBlueprint());
    Pipeline pipeline = Pipeline.create(options);
    blueprint.build(pipeline);
    pipeline.run();
  }
}
