/** The light build has no types of its own; what is left out of it (sound tracks, subtitles, DRM) is not used. */
declare module 'hls.js/light' {
  import Hls from 'hls.js';
  export default Hls;
}
