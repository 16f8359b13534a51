/**
 * What every engine that runs flows must do alike (SEMANTICS 28): one suite, which the engines'
 * modules extend. Knows the hub's clients and no engine.
 */
@NullMarked
package dev.renkei.steps.contract;

import org.jspecify.annotations.NullMarked;
