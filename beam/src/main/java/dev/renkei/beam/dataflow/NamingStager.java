package dev.renkei.beam.dataflow;

import com.google.api.services.dataflow.model.DataflowPackage;
import java.util.List;
import org.apache.beam.runners.dataflow.util.PackageUtil.StagedFile;
import org.apache.beam.runners.dataflow.util.Stager;
import org.apache.beam.sdk.options.PipelineOptions;

/** Names what would be uploaded, and uploads nothing. */
public final class NamingStager implements Stager {
  private NamingStager() {}

  /** As Beam makes one. */
  @SuppressWarnings("unused") // called by its name
  public static NamingStager fromOptions(PipelineOptions options) {
    return new NamingStager();
  }

  @Override
  public List<DataflowPackage> stageFiles(List<StagedFile> files) {
    return files.stream().map(file -> named(file.getDestination())).toList();
  }

  @Override
  public DataflowPackage stageToFile(byte[] content, String name) {
    return named(name);
  }

  private static DataflowPackage named(String name) {
    return new DataflowPackage().setName(name).setLocation(name);
  }
}
