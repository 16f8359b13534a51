package dev.renkei.beam.dataflow;

import com.google.api.client.googleapis.javanet.GoogleNetHttpTransport;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.dataflow.Dataflow;
import com.google.api.services.dataflow.model.Job;
import com.google.api.services.dataflow.model.LaunchFlexTemplateRequest;
import com.google.api.services.dataflow.model.ListJobsResponse;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import dev.renkei.beam.PipelineFailure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dataflow's interface in one project and region. */
public final class DataflowService {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final int PATIENCE_MILLIS = 30_000;

  private final Dataflow client;
  private final Place place;

  /**
   * Where jobs run.
   *
   * @param endpoint the interface's address; null for Google's own; one with {@code http:} is asked
   *     without credentials
   */
  public record Place(String project, String region, @Nullable String endpoint) {
    /** Whether nobody has to log in there. */
    public boolean isOpen() {
      return endpoint != null && endpoint.startsWith("http:");
    }

    /** The address of its interface, ending in a slash. */
    public String address() {
      String address = endpoint == null ? Dataflow.DEFAULT_ROOT_URL : endpoint;
      return address.endsWith("/") ? address : address + "/";
    }
  }

  private DataflowService(Dataflow client, Place place) {
    this.client = client;
    this.place = place;
  }

  /**
   * Connects.
   *
   * @throws PipelineFailure where there are no credentials
   */
  public static DataflowService at(Place place) throws PipelineFailure {
    HttpRequestInitializer login;
    try {
      login =
          place.isOpen()
              ? request -> {}
              : new HttpCredentialsAdapter(
                  GoogleCredentials.getApplicationDefault().createScoped(SCOPE));
    } catch (IOException e) {
      throw PipelineFailure.usage(
          "no credentials for Google Cloud: %s. Log in with `gcloud auth application-default login`, or name a key file in GOOGLE_APPLICATION_CREDENTIALS."
              .formatted(e.getMessage()));
    }
    try {
      return new DataflowService(
          new Dataflow.Builder(
                  GoogleNetHttpTransport.newTrustedTransport(),
                  GsonFactory.getDefaultInstance(),
                  request -> {
                    login.initialize(request);
                    request.setConnectTimeout(PATIENCE_MILLIS);
                    request.setReadTimeout(PATIENCE_MILLIS);
                  })
              .setApplicationName("renkei")
              .setRootUrl(place.address())
              .build(),
          place);
    } catch (GeneralSecurityException | IOException e) {
      throw PipelineFailure.usage("no HTTPS on this machine: " + e.getMessage());
    }
  }

  /** Jobs that run, start or end, of all names. */
  public List<Job> active() throws PipelineFailure {
    List<Job> jobs = new ArrayList<>();
    String page = null;
    try {
      do {
        ListJobsResponse response =
            client
                .projects()
                .locations()
                .jobs()
                .list(place.project(), place.region())
                .setFilter("ACTIVE")
                .setPageToken(page)
                .execute();
        if (response.getJobs() != null) {
          jobs.addAll(response.getJobs());
        }
        page = response.getNextPageToken();
      } while (page != null && !page.isEmpty());
    } catch (IOException e) {
      throw refused("Dataflow's jobs cannot be listed", "dataflow.jobs.list", e);
    }
    return jobs;
  }

  /**
   * Launches a Flex Template, or updates the job of that name.
   *
   * @return the job
   */
  public Job launch(LaunchFlexTemplateRequest request) throws PipelineFailure {
    try {
      Job job =
          client
              .projects()
              .locations()
              .flexTemplates()
              .launch(place.project(), place.region(), request)
              .execute()
              .getJob();
      if (job == null) {
        throw PipelineFailure.usage("Dataflow names no job for the template's launch.");
      }
      return job;
    } catch (IOException e) {
      throw refused("the template cannot be launched", "dataflow.jobs.create", e);
    }
  }

  private PipelineFailure refused(String what, String right, IOException e) {
    String where = "%s in project %s, %s".formatted(what, place.project(), place.region());
    if (e instanceof HttpResponseException answer) {
      String cure =
          switch (answer.getStatusCode()) {
            case 401, 403 ->
                "The account needs %s (role Dataflow Developer), and the API must be enabled."
                    .formatted(right);
            case 404 -> "Check `pipelines.dataflow`: project, region and template.";
            case 429 -> "Try again in a minute.";
            default -> "Try again; if it stays so, the answer says why.";
          };
      return PipelineFailure.usage(
          "%s: HTTP %d: %s. %s".formatted(where, answer.getStatusCode(), reason(answer), cure));
    }
    return PipelineFailure.usage(
        "%s: %s does not answer: %s.".formatted(where, place.address(), e.getMessage()));
  }

  private static String reason(HttpResponseException answer) {
    if (answer instanceof com.google.api.client.googleapis.json.GoogleJsonResponseException json
        && json.getDetails() != null) {
      return String.valueOf(json.getDetails().getMessage()).replaceAll("\\.$", "");
    }
    return String.valueOf(answer.getStatusMessage());
  }
}
