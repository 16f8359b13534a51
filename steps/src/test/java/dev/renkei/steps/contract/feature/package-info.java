/** Random rows, features of them, and what these come to without any state: for every engine. */
@NullMarked
package dev.renkei.steps.contract.feature;

import org.jspecify.annotations.NullMarked;
