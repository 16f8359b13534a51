package dev.renkei.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page whose blocks fenced as {@code sh test} a reader types one after the other in one shell. A
 * block without a language that follows one directly, with no text between them, is what it prints.
 *
 * @param name its path in the project
 */
record Guide(String name, List<Block> blocks) {
  private static final String TYPED = "```sh test";
  private static final String PRINTED = "```";

  /**
   * What is typed at a time.
   *
   * @param printed lines that stand in what it prints, in this order
   */
  record Block(String typed, List<String> printed) {}

  Guide {
    blocks = List.copyOf(blocks);
  }

  /** All pages of the project that have such blocks. */
  static List<Guide> all() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Project.root().resolve("README.md")));
    pages.add(Project.root().resolve("README.ja.md"));
    try (Stream<Path> docs = Files.walk(Project.root().resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<Guide> guides = new ArrayList<>();
    for (Path page : pages) {
      if (Files.exists(page)) {
        Guide guide = of(Project.root().relativize(page).toString(), Files.readAllLines(page));
        if (!guide.blocks().isEmpty()) {
          guides.add(guide);
        }
      }
    }
    return guides;
  }

  static Guide of(String name, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      if (!lines.get(at).equals(TYPED)) {
        at++;
        continue;
      }
      List<String> typed = inside(lines, at);
      at += typed.size() + 2;
      List<String> printed = List.of();
      if (at < lines.size() && lines.get(at).equals(PRINTED)) {
        printed = inside(lines, at);
        at += printed.size() + 2;
      }
      blocks.add(new Block(String.join("\n", typed), printed));
    }
    return new Guide(name, blocks);
  }

  /** The lines between a fence and the next one. */
  private static List<String> inside(List<String> lines, int fence) {
    return lines.stream().skip(fence + 1L).takeWhile(line -> !line.equals("```")).toList();
  }

  /** One script of all blocks, which tells on a line of its own where each begins. */
  String script() {
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    script.append("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n");
    for (int i = 0; i < blocks.size(); i++) {
      script.append("echo '").append(mark(i)).append("'\n");
      script.append(blocks.get(i).typed()).append('\n');
    }
    return script.append("echo '").append(mark(blocks.size())).append("'\n").toString();
  }

  /** What a block printed, from what the script printed; empty where it did not get so far. */
  static List<String> printed(List<String> output, int block) {
    int begin = output.indexOf(mark(block));
    int end = output.indexOf(mark(block + 1));
    return begin < 0 ? List.of() : output.subList(begin + 1, end < 0 ? output.size() : end);
  }

  private static String mark(int block) {
    return "======== block " + block;
  }

  @Override
  public String toString() {
    return name;
  }
}
