// vtk.js with our camera, colours, opacities and step, so that its picture can be held against the same reference. Built in
// the peers' harness, which has vtk.js and itk-wasm.
import "@kitware/vtk.js/Rendering/Profiles/Volume";
import vtkRenderWindow from "@kitware/vtk.js/Rendering/Core/RenderWindow";
import vtkRenderer from "@kitware/vtk.js/Rendering/Core/Renderer";
import vtkRenderWindowInteractor from "@kitware/vtk.js/Rendering/Core/RenderWindowInteractor";
import vtkLight from "@kitware/vtk.js/Rendering/Core/Light";
import vtkOpenGLRenderWindow from "@kitware/vtk.js/Rendering/OpenGL/RenderWindow";
import vtkVolume from "@kitware/vtk.js/Rendering/Core/Volume";
import vtkVolumeMapper from "@kitware/vtk.js/Rendering/Core/VolumeMapper";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction";
import vtkPiecewiseFunction from "@kitware/vtk.js/Common/DataModel/PiecewiseFunction";
import vtkITKHelper from "@kitware/vtk.js/Common/DataModel/ITKHelper";
import { readImageDicomFileSeries, setPipelinesBaseUrl, setPipelineWorkerUrl } from "@itk-wasm/dicom";

const there = (path) => new URL(path, location.href).href;
let data;

/** Reads the files of the input. */
async function load() {
  setPipelinesBaseUrl(there("/node_modules/@itk-wasm/dicom/dist/pipelines"));
  setPipelineWorkerUrl(there("/dist/itk-wasm-pipeline.worker.js"));
  const files = [...document.getElementById("files").files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const read = await readImageDicomFileSeries({ inputImages: files, singleSortedSeries: false });
  read.webWorkerPool?.terminateWorkers?.();
  data = vtkITKHelper.convertItkToVtkImage(read.outputImage);
}

/**
 * Draws a view as `window.cuspid.view("volume")` describes it, orthographic, in `px` × `px` pixels; `light` has the
 * coefficients, and the direction towards it from the camera (right, up, to the viewer). The pixels, rows from the top, and
 * milliseconds.
 */
function draw(view, { px, light, background }) {
  const window = vtkRenderWindow.newInstance();
  const renderer = vtkRenderer.newInstance({ background });
  const canvas = vtkOpenGLRenderWindow.newInstance();
  window.addRenderer(renderer);
  window.addView(canvas);
  canvas.setContainer(document.getElementById("root"));
  canvas.setSize(px, px);
  // Its volume mapper asks one whether a hand turns the volume.
  const interactor = vtkRenderWindowInteractor.newInstance();
  interactor.setView(canvas);
  interactor.initialize();
  renderer.removeAllLights();
  const lamp = vtkLight.newInstance();
  lamp.setLightTypeToCameraLight();
  lamp.setPosition(...light.towards);
  lamp.setFocalPoint(0, 0, 0);
  renderer.addLight(lamp);
  const mapper = vtkVolumeMapper.newInstance();
  mapper.setInputData(data);
  mapper.setAutoAdjustSampleDistances(false);
  mapper.setSampleDistance(Math.min(...data.getSpacing()));
  mapper.setMaximumSamplesPerRay(4000);
  const [colors, opacities] = [vtkColorTransferFunction.newInstance(), vtkPiecewiseFunction.newInstance()];
  if (view.rendering === "maximum") {
    mapper.setBlendModeToMaximumIntensity();
    const { center, width } = view.window;
    colors.addRGBPoint(center - width / 2, 0, 0, 0);
    colors.addRGBPoint(center + width / 2, 1, 1, 1);
    opacities.addPoint(-5000, 1);
    opacities.addPoint(5000, 1);
  } else {
    for (const { value, color, opacity } of view.points) {
      colors.addRGBPoint(value, ...color);
      opacities.addPoint(value, opacity);
    }
  }
  const volume = vtkVolume.newInstance();
  volume.setMapper(mapper);
  const look = volume.getProperty();
  look.setRGBTransferFunction(0, colors);
  look.setScalarOpacity(0, opacities);
  // Our opacities are those of 0.3 mm.
  look.setScalarOpacityUnitDistance(0, 0.3);
  look.setInterpolationTypeToLinear();
  look.setShade(view.rendering !== "maximum");
  look.setAmbient(light.ambient);
  look.setDiffuse(light.diffuse);
  look.setSpecular(light.specular);
  look.setSpecularPower(light.power);
  renderer.addVolume(volume);
  const camera = renderer.getActiveCamera();
  const back = view.normal.map((n) => -n);
  camera.setParallelProjection(true);
  camera.setFocalPoint(...view.center_mm);
  camera.setPosition(...view.center_mm.map((n, axis) => n + 500 * back[axis]));
  camera.setViewUp(...view.up);
  camera.setParallelScale((px / 2) * view.mm_per_px);
  renderer.resetCameraClippingRange();
  const bytes = new Uint8Array(4 * px * px);
  const drawn = () => {
    const began = performance.now();
    window.render();
    const gl = canvas.getContext();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, px, px, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return performance.now() - began;
  };
  // The first also sends the volume to the device.
  drawn();
  const ms = drawn();
  // WebGL counts rows from below.
  const rows = Array.from({ length: px }, (_, row) => bytes.subarray(4 * px * (px - 1 - row), 4 * px * (px - row)));
  let text = "";
  for (const row of rows) for (const byte of row) text += String.fromCharCode(byte);
  canvas.delete();
  return { ms, pixels: btoa(text) };
}

window.same = { load, draw };
