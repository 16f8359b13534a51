package dev.renkei.beam.flow;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.display.DisplayData;

/** The names by which a running job is updated, as far as they are ours. */
public final class GraphNames {
  private GraphNames() {}

  /** Every transform that we name, with what is in our own; Beam's are not looked into. */
  public static List<String> of(Pipeline pipeline) {
    List<String> names = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
            if (node.isRootNode()) {
              return CompositeBehavior.ENTER_TRANSFORM;
            }
            names.add(node.getFullName());
            boolean ours = node.getTransform().getClass().getName().startsWith("dev.renkei.");
            return ours
                ? CompositeBehavior.ENTER_TRANSFORM
                : CompositeBehavior.DO_NOT_ENTER_TRANSFORM;
          }

          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            names.add(node.getFullName());
          }
        });
    return names;
  }

  /** What all transforms tell of themselves, Beam's too. */
  public static String told(Pipeline pipeline) {
    StringBuilder told = new StringBuilder();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
            tell(node);
            return CompositeBehavior.ENTER_TRANSFORM;
          }

          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            tell(node);
          }

          private void tell(TransformHierarchy.Node node) {
            if (!node.isRootNode()) {
              told.append(DisplayData.from(node.getTransform()).items()).append('\n');
            }
          }
        });
    return told.toString();
  }
}
