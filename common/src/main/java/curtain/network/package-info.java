/** Networks as small typed graphs with their weights, and the architectures that build them. */
package curtain.network;
