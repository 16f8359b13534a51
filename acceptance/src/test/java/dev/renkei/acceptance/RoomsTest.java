package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the dependency table of {@code docs/design.md}, and the signs on the doors inside the
 * stand-in.
 */
class RoomsTest {
  /**
   * Who may know whom. The longest package that fits a class is its room; JDK and JSpecify are open
   * to all, and a room may always use itself.
   *
   * @param packages the room's own package; its subpackages belong to it unless they are rooms of
   *     their own
   * @param mayImport packages, subpackages included
   */
  private record Room(String module, String packages, List<String> mayImport) {
    static Room of(String module, String packages, String... mayImport) {
      return new Room(module, packages, List.of(mayImport));
    }

    boolean admits(String packageName) {
      return Stream.concat(OPEN_TO_ALL.stream(), mayImport.stream())
          .anyMatch(p -> isIn(packageName, p));
    }
  }

  private static final List<String> OPEN_TO_ALL =
      List.of("java", "javax", "org.jspecify.annotations");

  private static final String STANDIN = "dev.renkei.standin";

  private static final String CORE = "dev.renkei.core";

  private static final List<Room> ROOMS =
      List.of(
          Room.of("core", CORE, "com.fasterxml.jackson", "org.slf4j"),
          Room.of(
              "hub-kafka",
              "dev.renkei.hub.kafka",
              CORE,
              "dev.renkei.steps",
              "org.apache.kafka",
              "kafka.server",
              "org.rocksdb",
              "org.slf4j"),
          Room.of(
              "sqlserver",
              "dev.renkei.sqlserver",
              CORE,
              "com.microsoft.sqlserver.jdbc",
              "microsoft.sql",
              "org.slf4j"),
          Room.of(
              "steps",
              "dev.renkei.steps",
              CORE,
              "dev.cel",
              "com.google.common.collect",
              "com.google.crypto.tink",
              "com.fasterxml.jackson.core"),
          Room.of(
              "warehouse-duckdb", "dev.renkei.warehouse.duckdb", CORE, "org.duckdb", "org.slf4j"),
          Room.of(
              "hub-pubsub",
              "dev.renkei.hub.pubsub",
              CORE,
              "com.google.cloud.pubsub",
              "com.google.pubsub",
              "com.google.iam.v1",
              "com.google.cloud.storage",
              "com.google.cloud",
              "com.google.api",
              "com.google.protobuf",
              "com.google.auth",
              "com.google.common",
              "org.threeten.bp",
              "io.grpc",
              "com.fasterxml.jackson",
              "org.slf4j"),
          Room.of(
              "bigquery-standin",
              "dev.renkei.bigquery.standin",
              "com.google.cloud.bigquery.storage",
              "com.google.api",
              "com.google.rpc",
              "com.google.protobuf",
              "io.grpc",
              "com.fasterxml.jackson",
              "com.sun.net.httpserver",
              "org.duckdb"),
          Room.of(
              "warehouse-bigquery",
              "dev.renkei.warehouse.bigquery",
              CORE,
              "com.google.cloud",
              "com.google.api",
              "com.google.protobuf",
              "com.google.rpc",
              "com.google.auth",
              "com.google.common",
              "io.grpc",
              "com.fasterxml.jackson",
              "org.slf4j"),
          Room.of(
              "bigtable",
              "dev.renkei.bigtable",
              CORE,
              "com.google.cloud.bigtable",
              "com.google.bigtable",
              "com.google.api",
              "com.google.protobuf",
              "io.grpc",
              "com.fasterxml.jackson.core"),
          Room.of(
              "beam",
              "dev.renkei.beam",
              CORE,
              "dev.renkei.steps",
              "dev.renkei.hub.pubsub",
              "dev.renkei.warehouse.bigquery",
              "dev.renkei.bigtable",
              "org.apache.beam",
              "org.apache.flink",
              "org.apache.kafka",
              "org.joda.time",
              "com.google",
              "io.grpc",
              "com.fasterxml.jackson",
              "picocli",
              "ch.qos.logback",
              "org.slf4j"),
          Room.of("loader", "dev.renkei.loader", CORE, "org.slf4j", "com.carrotsearch.hppc"),
          Room.of("notifier", "dev.renkei.notifier", CORE, "org.slf4j"),
          Room.of(
              "server",
              "dev.renkei.server",
              CORE,
              "dev.renkei.steps",
              "com.networknt.schema",
              "io.micrometer",
              "com.sun.management",
              "io.javalin",
              "kotlin",
              "org.eclipse.jetty",
              "jakarta.servlet",
              "com.fasterxml.jackson",
              "org.slf4j"),
          Room.of("sqlserver-standin", STANDIN, STANDIN, "org.h2"),
          Room.of("sqlserver-standin", STANDIN + ".sql"),
          Room.of("sqlserver-standin", STANDIN + ".tsql", STANDIN + ".sql"),
          Room.of("sqlserver-standin", STANDIN + ".tds", STANDIN + ".sql"),
          Room.of("sqlserver-standin", STANDIN + ".catalog", STANDIN + ".sql", "org.h2"),
          Room.of(
              "sqlserver-standin",
              STANDIN + ".tracking",
              STANDIN + ".sql",
              STANDIN + ".catalog",
              "org.h2"),
          Room.of(
              "sqlserver-standin",
              STANDIN + ".engine",
              STANDIN + ".sql",
              STANDIN + ".tsql",
              STANDIN + ".catalog",
              STANDIN + ".tracking",
              "org.h2"),
          Room.of("demo", "dev.renkei.demo", CORE, "com.fasterxml.jackson.core", "io.trino.tpcds"),
          Room.of(
              "cli",
              "dev.renkei.cli",
              CORE,
              // the demo's visitors and the receiver of its notices
              "com.fasterxml.jackson.databind",
              "com.sun.net.httpserver",
              "dev.renkei.sqlserver",
              "dev.renkei.steps",
              "dev.renkei.hub.kafka",
              "dev.renkei.hub.pubsub",
              "dev.renkei.warehouse.duckdb",
              "dev.renkei.warehouse.bigquery",
              "dev.renkei.bigtable",
              "dev.renkei.loader",
              "dev.renkei.notifier",
              "dev.renkei.server",
              "dev.renkei.demo",
              STANDIN,
              "picocli",
              "com.fasterxml.jackson.core",
              "ch.qos.logback",
              "org.slf4j",
              "sun.misc"),
          Room.of(
              "bench",
              "dev.renkei.bench",
              CORE,
              "dev.renkei.cli",
              STANDIN,
              "dev.renkei.demo",
              "dev.renkei.sqlserver",
              "dev.renkei.steps",
              "dev.renkei.hub.kafka",
              "dev.renkei.hub.pubsub",
              "dev.renkei.warehouse.duckdb",
              "dev.renkei.warehouse.bigquery",
              "dev.renkei.loader",
              "dev.renkei.server",
              "io.javalin",
              "kotlin",
              "dev.renkei.bigquery.standin",
              "com.google",
              "io.grpc",
              "org.apache.kafka",
              "org.duckdb",
              "picocli",
              "com.fasterxml.jackson",
              "com.sun.management"));

  /** What is not Java, or has nothing but tests. */
  private static final Set<String> MODULES_WITHOUT_ROOMS = Set.of("acceptance");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // Tests that one module lends to another come as jars in a whole build.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.renkei");

  @Test
  void everyRoomImportsOnlyWhatTheTableLetsItKnow() {
    Set<String> trespasses = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      Optional<Room> room = roomOf(type.getPackageName());
      if (room.isEmpty()) {
        trespasses.add(type.getPackageName() + " is in no room of the table");
        continue;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        boolean own = roomOf(target).equals(room);
        if (!target.isEmpty() && !own && !room.get().admits(target)) {
          trespasses.add(type.getName() + " must not know " + target);
        }
      }
    }
    assertThat(trespasses).isEmpty();
  }

  @Test
  void everyPackageHasASignOnTheDoorAndRefusesNull() {
    Set<String> bare =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .filter(p -> !p.getClasses().isEmpty())
            .filter(p -> !p.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(bare).isEmpty();
  }

  @Test
  void everyModuleOfTheBuildIsInTheTable() throws IOException {
    String pom = Files.readString(Project.root().resolve("pom.xml"));
    Set<String> modules = new TreeSet<>();
    Matcher matcher = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
    while (matcher.find()) {
      modules.add(matcher.group(1));
    }
    Set<String> known =
        ROOMS.stream().map(Room::module).collect(Collectors.toCollection(TreeSet::new));
    known.addAll(MODULES_WITHOUT_ROOMS);
    assertThat(modules).isNotEmpty().isEqualTo(known);
  }

  @Test
  void everyModuleOfTheBuildIsInTheDesign() throws IOException {
    String design = Files.readString(Project.root().resolve("docs/design.md"));
    assertThat(ROOMS).allSatisfy(room -> assertThat(design).contains("`" + room.module() + "`"));
  }

  private static Optional<Room> roomOf(String packageName) {
    return ROOMS.stream()
        .filter(room -> isIn(packageName, room.packages()))
        .max(java.util.Comparator.comparingInt(room -> room.packages().length()));
  }

  private static boolean isIn(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }
}
