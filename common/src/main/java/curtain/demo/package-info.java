/**
 * The built-in data and the network trained on it: images whose objects are known to the pixel, for
 * a first look at Curtain without any file of one's own, and for measures that need masks.
 */
package curtain.demo;
