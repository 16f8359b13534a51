/**
 * What is wrong enough to tell somebody: one list of rules over what is measured, their evaluation,
 * and the texts that go out. Evaluation takes values and returns values; delivery is the
 * notifier's.
 */
@NullMarked
package dev.renkei.server.alert;

import org.jspecify.annotations.NullMarked;
